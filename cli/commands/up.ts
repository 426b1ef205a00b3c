/** `stratos up`: runs the platform on this machine until it is told to end. */

import process from 'node:process';

export async function runPlatform(): Promise<void> {
  const { up } = await import('../../reconciler/supervisor/supervisor.ts');
  process.exitCode = await up();
}
