import * as v from 'valibot';
import { described } from './described.ts';
import { word } from './inputs.ts';

/** The address of a resource, as an input. */
export const resourceAddress = described(word, 'the resource, as file.config', 'ADDRESS');

/** What was kept of an object, as an input. */
export const imageId = described(word, 'which of its history, as p41', 'ID');

/** Whose an object was before a stack looked after it. */
export const resourceOriginSchema = v.picklist(['made', 'found', 'imported']);
