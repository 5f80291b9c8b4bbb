import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { transaction } from './transaction.ts';

test('what ends a transaction does not hide what it failed of', () => {
  const database = new DatabaseSync(':memory:');
  const failing = (): void =>
    transaction(database, 'BEGIN', () => {
      // What comes after can't work any more.
      database.close();
      throw new Error('the first one');
    });
  expect(failing).toThrow('the first one');
});

test('of one that fails nothing is left, and another one can begin', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (x)');
  const failing = (): void =>
    transaction(database, 'BEGIN IMMEDIATE', () => {
      database.exec('INSERT INTO t VALUES (1)');
      throw new Error('no');
    });
  expect(failing).toThrow('no');
  expect(transaction(database, 'BEGIN', () => database.prepare('SELECT * FROM t').all())).toEqual(
    [],
  );
  database.close();
});
