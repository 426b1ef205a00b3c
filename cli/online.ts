/** What every command that asks the API shares: its options, and showing once or again whenever something changes. */

import { openApi, type Api } from './api.ts';
import { follow } from './event-stream.ts';
import { render, type Format, type Shown } from './output.ts';
import { processTerminal, type Terminal } from './terminal.ts';

export interface OnlineOptions {
  readonly url: string;
  readonly tenant: string;
  readonly output: Format;
  readonly watch?: boolean;
}

export interface Online {
  readonly api: Api;
  readonly terminal: Terminal;
  readonly options: OnlineOptions;
}

export function online(options: OnlineOptions): Online {
  return { api: openApi({ url: options.url, tenant: options.tenant }), terminal: processTerminal(), options };
}

/** Shows what `fetch` finds; with `--watch` again whenever it reads differently, until the command is ended. */
export async function showOnline<Body>(options: OnlineOptions, fetch: (api: Api) => Promise<Shown<Body>>): Promise<void> {
  const { api, terminal } = online(options);
  let shown = await render(terminal, options.output, await fetch(api));
  if (options.watch === true) terminal.wipe();
  if (shown !== '') terminal.print(shown);
  if (options.watch !== true) return;
  let lost = false;
  for await (const { event } of follow(api, {}, () => { lost = true; terminal.say('The connection is lost; trying again …'); })) {
    if (event !== 'change') continue;
    const text = await render(terminal, options.output, await fetch(api));
    if (text === shown && !lost) continue;
    [shown, lost] = [text, false];
    terminal.wipe();
    terminal.print(text);
  }
}
