/** What a port of the gate is, whatever it speaks. */

import type { Agent } from 'node:http';
import type { Clock } from '../../clock.ts';
import type { Counters } from './counters.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** Where the workload listens, with the connections that are kept open to it. */
export interface Behind {
  readonly port: number;
  readonly agent: Agent;
}

export interface PortSurroundings {
  readonly clock: Clock;
  readonly room: WaitingRoom;
  readonly counters: Counters;
  /** Null while there is no workload. */
  behind(): Behind | null;
  /** True once the member drains: connections end after their answer. */
  closing(): boolean;
}

export interface GatePort {
  /** @throws Error with code EADDRINUSE when somebody else listens there. */
  listen(port: number, shared: boolean): Promise<number>;
  /** Takes no new connections; those that stand go on. */
  stopListening(): void;
  close(): Promise<void>;
}

/** How often, and after which pause, a request is offered again to a workload that takes no connection. */
export const offersMax = 4;
export const offerPauseMs = 50;
