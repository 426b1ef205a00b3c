/** How a command ends: the exit codes, and the one error that is meant for people. */

export const exitCodes = {
  done: 0,
  /** `validate` found errors, `wait` ran out of time. */
  notGood: 1,
  usage: 2,
  /** The API, the packages or a fitting Node could not be reached, or the API refused. */
  unreachable: 3,
  /** What was named does not exist. */
  notFound: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with a message and advice; never a stack trace. */
export class Failure extends Error {
  readonly exitCode: ExitCode;
  /** What to do about it, one sentence each. */
  readonly advice: readonly string[];

  constructor(exitCode: ExitCode, message: string, advice: readonly string[] = []) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.advice = advice;
  }
}

export const exitCodesHelp = `Exit codes:
  0  done
  1  not good: errors were found, or what was waited for did not come
  2  the command line is wrong
  3  the API, the packages or a fitting Node cannot be reached, or the API refused
  4  what was named does not exist`;
