/** Rules on one cartridge. */

import type { Cartridge } from '../../../../schemas/kinds/cartridge/generated.ts';
import { didYouMean } from '../../../../schemas/nearest.ts';
import type { Finding } from '../parsed.ts';
import { volumeFindings } from './components.ts';

export function cartridgeFindings({ spec }: Cartridge): Finding[] {
  const findings: Finding[] = [...volumeFindings(spec.persistence, '/spec/persistence')];
  const ports = Object.keys(spec.portMapping ?? {});
  if (spec.health !== undefined) {
    if (!ports.includes(spec.health.port)) {
      findings.push({ code: 'unknown-reference', pointer: '/spec/health/port', at: 'value', message: `there is no port ${JSON.stringify(spec.health.port)} in portMapping${didYouMean(spec.health.port, ports)}` });
    } else if (spec.health.path !== undefined && spec.portMapping?.[spec.health.port]?.protocol === 'tcp') {
      findings.push({ code: 'health-path-on-tcp', pointer: '/spec/health/path', at: 'key', message: `the port ${JSON.stringify(spec.health.port)} speaks tcp: a path can only be asked for over http or https` });
    }
  }
  for (const key of ['port', 'proxyPort'] as const) {
    const seen = new Map<number, string>();
    for (const [name, mapping] of Object.entries(spec.portMapping ?? {})) {
      const number = mapping[key];
      const other = number === undefined ? undefined : seen.get(number);
      if (other !== undefined) findings.push({ code: 'duplicate-entry', pointer: `/spec/portMapping/${name}/${key}`, at: 'value', message: `${JSON.stringify(other)} has the ${key === 'port' ? 'port' : 'proxy port'} ${number} already` });
      if (number !== undefined) seen.set(number, name);
    }
  }
  for (const [event, program] of Object.entries(spec.extensions ?? {})) {
    if (program?.split('/').includes('..') === true) findings.push({ code: 'path-leaves', pointer: `/spec/extensions/${event}`, at: 'value', message: 'the path may not contain ".."' });
  }
  return findings;
}
