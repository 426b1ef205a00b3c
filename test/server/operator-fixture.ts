/** An operators' application over a read model in memory, and requests to it. */

import { createOperatorApp, type Operator, type OperatorOptions } from '../../reconciler/server/operator.ts';
import { FakeView, HandClock } from './fake-view.ts';

export interface Fixture {
  readonly view: FakeView;
  readonly clock: HandClock;
  readonly operator: Operator;
  readonly errors: unknown[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

export function operatorFixture(options: Partial<OperatorOptions> = {}): Fixture {
  const view = new FakeView();
  const clock = new HandClock();
  const errors: unknown[] = [];
  const operator = createOperatorApp(view, { publicUrl: null, consoleDirectory: null, clock, onError: (error) => errors.push(error), ...options });
  return { view, clock, operator, errors, get: async (path, headers = {}) => operator.app.request(path, { headers: { host: 'localhost:8088', ...headers } }) };
}
