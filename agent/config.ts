/**
 * The agent's only reader of the process environment. What makes a member itself stands in its join configuration;
 * here are only the switches of one process.
 */

import { dirname } from 'node:path';

export interface AgentConfig {
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** True: log lines go to standard output too, for a supervisor that collects them. */
  readonly logToStdout: boolean;
  /** What workloads and extensions find as PATH: this Node first, then the system's folders. */
  readonly workloadPath: string;
  readonly language: string;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** Reads `STRATOS_AGENT_LOG_LEVEL`, `STRATOS_AGENT_LOG_STDOUT` and `LANG`; anything unknown falls back to the default. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): AgentConfig {
  return {
    logLevel: levels.find((level) => level === environment['STRATOS_AGENT_LOG_LEVEL']) ?? 'info',
    logToStdout: environment['STRATOS_AGENT_LOG_STDOUT'] === '1',
    workloadPath: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    language: environment['LANG'] ?? 'C.UTF-8',
  };
}
