/** What a test measured, as a line of information: a machine under load must not fail for it. */

export function tell(what: string, value: string): void {
  process.stdout.write(`measured: ${what}: ${value}\n`);
}

export async function timed<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  const startedMs = performance.now();
  const value = await work();
  tell(what, `${((performance.now() - startedMs) / 1_000).toFixed(2)} s`);
  return value;
}
