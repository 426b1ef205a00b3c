/**
 * Reads text/event-stream as the HTML standard describes it, from pieces of text that end anywhere. The browser's own
 * EventSource is not used because it tells neither why a connection was refused nor that a silent one is dead.
 */

export interface Message {
  /** `message` when the stream does not name it. */
  readonly event: string;
  readonly data: string;
  /** The last id that the stream gave, which may stand at an earlier message; empty before the first. */
  readonly id: string;
}

/** A message above this is no message of ours. */
const messageCharactersMax = 4 * 1024 * 1024;

/**
 * @returns takes the next piece and gives back the messages that it completes, oldest first.
 * @throws Error (from the returned function) when a message grows beyond 4 Mi characters.
 */
export function eventStreamReader(): (piece: string) => Message[] {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let id = '';

  const take = (line: string, into: Message[]): void => {
    if (line === '') {
      if (data.length > 0) into.push({ event: event || 'message', data: data.join('\n'), id });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
  };

  return (piece) => {
    const messages: Message[] = [];
    rest += piece;
    // A carriage return at the very end may be the first half of a line end.
    const whole = rest.endsWith('\r') ? rest.length - 1 : rest.length;
    const lines = rest.slice(0, whole).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + rest.slice(whole);
    for (const line of lines) take(line, messages);
    if (rest.length + data.reduce((sum, line) => sum + line.length, 0) > messageCharactersMax) throw new Error('a message of the event stream is too large');
    return messages;
  };
}
