/**
 * Node's HTTP module, taken directly. Importing `node:http` touches everything that it exports, which loads a second
 * HTTP client that nobody here uses: 6 MB in every agent.
 */

export const { Agent, createServer, get, request } = process.getBuiltinModule('node:http');
