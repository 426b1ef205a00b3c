/** The hidden command that the completion scripts call. */
export const completeCommand = '__complete';
