import { describe, expect, test } from 'vitest';
import { nearest } from './nearest.ts';

describe('did you mean', () => {
  test.each([
    ['prodction', ['production', 'staging'], ['production']],
    ['lsit', ['list', 'lock', 'show'], ['list']],
    ['colour', ['color', 'caller'], ['color']],
    ['st', ['stack', 'state', 'run'], ['stack', 'state']],
    ['nothing-like-it', ['a', 'b'], []],
    ['', ['a'], ['a']],
  ])('%j among %j', (typed, names, expected) => {
    expect(nearest(typed, names)).toEqual(expected);
  });
});
