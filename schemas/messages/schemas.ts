/** The JSON Schemas of the messages as values: one source for validation at both ends, the AsyncAPI document and editors. */

import assignment from './assignment.schema.json' with { type: 'json' };
import envelope from './envelope.schema.json' with { type: 'json' };
import report from './report.schema.json' with { type: 'json' };

/** File name → JSON Schema 2020-12. The schemas name each other by these file names. */
export const messageSchemas: Readonly<Record<'envelope.schema.json' | 'assignment.schema.json' | 'report.schema.json', object>> = {
  'envelope.schema.json': envelope,
  'assignment.schema.json': assignment,
  'report.schema.json': report,
};
