import * as v from 'valibot';
import { isJson, type JsonValue } from '../../../model/json.ts';

/** Anything that JSON can hold, and that is the same when it is read back. */
export const json = v.custom<JsonValue>(isJson, 'is not what JSON can hold');
