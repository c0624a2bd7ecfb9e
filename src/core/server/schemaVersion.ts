/** The version of the schema with which this client works. A client that only uses a server need not load the schema itself. */
export const SCHEMA_VERSION = 2;
