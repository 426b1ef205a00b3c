/** Hands the session to the views that can ask something of it. */

import { createContext } from 'preact';
import type { Session } from '../state/session.ts';

const silent: Session = { connectNow() {}, visible() {}, openTree() {} };

export const SessionContext = createContext<Session>(silent);
