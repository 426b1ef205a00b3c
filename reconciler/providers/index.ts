/** The kinds of IaaS that members can be started on, one per line. What a provider must do is `contracts/provider.ts`. */

import { createLocalProvider } from './local/provider.ts';

export const createProvider = {
  local: createLocalProvider,
} as const;

export type { LocalProviderOptions } from './local/options.ts';
