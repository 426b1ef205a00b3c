/** The benchmark that starts the whole platform. */

import { it } from 'vitest';
import { compares } from '../bench/compares.ts';

it('the start of the example compares us with its floor and leaves nothing', () => compares('start'));
