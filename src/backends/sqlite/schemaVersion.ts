/**
 * The schema version this program writes: that of the last migration. Apart from the migrations,
 * because the start of the CLI needs the number and not their text.
 */
export const SCHEMA_VERSION = 4;
