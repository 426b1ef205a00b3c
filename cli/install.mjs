/**
 * Packages as the lock file wants them. Owns `node_modules/.stratos-install.json` (what was found complete, and for
 * which lock file) and the directory `.install.lock`, so that two starts at once never install twice.
 * Plain JavaScript for Node 18 and later. Everything for people goes to stderr.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const beatMs = 500;
/** Beats missed until a lock is taken for left behind: soon when its processes are gone, late when that cannot be seen. */
const beatsUntilStale = { gone: 6, unseen: 120 };

/**
 * Installs what is missing. True when all packages are there.
 * @param {{ root: string, dev: boolean }} of `dev`: with the development packages
 */
export async function ensurePackages(of) {
  if (isComplete(of)) return true;
  const lock = await acquire(path.join(of.root, '.install.lock'));
  try {
    if (isComplete(of)) return true;
    if (!(await install(of, lock))) return false;
    if (isComplete(of)) return true;
    process.stderr.write('npm ci ended well, yet packages of package-lock.json are missing in node_modules.\n');
    return false;
  } finally {
    lock.release();
  }
}

/** The stamp answers fast; without a fitting one npm's own list of what it installed is compared with the lock file. */
function isComplete({ root, dev }) {
  const modules = path.join(root, 'node_modules');
  const installed = path.join(modules, '.package-lock.json');
  const lockFile = readFileSync(path.join(root, 'package-lock.json'));
  if (!existsSync(installed)) return false;
  const wanted = { lock: createHash('sha256').update(lockFile).digest('hex'), installedAt: statSync(installed).mtimeMs };
  const stamp = readJson(path.join(modules, '.stratos-install.json'));
  if (stamp?.lock === wanted.lock && stamp.installedAt === wanted.installedAt && (stamp.dev || !dev)) return true;
  if (!holdsAll(JSON.parse(lockFile.toString()), readJson(installed), { modules, dev })) return false;
  try {
    writeFileSync(path.join(modules, '.stratos-install.json'), JSON.stringify({ ...wanted, dev }));
  } catch {
    // A read-only installation is complete all the same; the next start compares again.
  }
  return true;
}

function holdsAll(lock, installed, { modules, dev }) {
  const has = installed?.packages ?? {};
  return Object.entries(lock.packages).every(([where, wanted]) => {
    const optional = where === '' || wanted.optional || wanted.devOptional || wanted.link;
    if (optional || (wanted.dev && !dev)) return true;
    return has[where]?.version === wanted.version && existsSync(path.join(modules, '..', where));
  });
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Development packages that are there stay: a start after a `git pull` must not take them from who tests. */
function install({ root, dev: asked }, lock) {
  const dev = asked || readJson(path.join(root, 'node_modules', '.stratos-install.json'))?.dev === true;
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', dev ? '--include=dev' : '--omit=dev'], {
    cwd: root,
    env: environmentWithoutOwnNode(root),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  lock.add(child.pid);
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const stopProgress = showProgress();
  const interrupted = (signal) => { child.kill(signal); stopProgress(false); process.exit(signal === 'SIGINT' ? 130 : 143); };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted);
  return new Promise((resolve) => {
    const end = (why) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, interrupted);
      stopProgress(why === null);
      if (why !== null) process.stderr.write(`${Buffer.concat(output).toString().trimEnd()}\n\nThe packages could not be installed: ${why}.\n`);
      resolve(why === null);
    };
    child.on('error', (error) => end(error.code === 'ENOENT' ? 'npm is not on the PATH' : error.message));
    child.on('close', (code, signal) => end(code === 0 ? null : `npm ci ended with ${signal ?? `exit code ${code}`}`));
  });
}

/** npm must not run on the Node inside the folder that it replaces, nor take this run's npm settings for its own. */
function environmentWithoutOwnNode(root) {
  const bin = path.join(root, 'node_modules', '.bin');
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_(?:lifecycle|package|command|config_(?:omit|include|only|production))/.test(name));
  const search = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.resolve(folder) !== bin);
  return { ...Object.fromEntries(kept), PATH: search.join(path.delimiter) };
}

/** One line: it counts seconds on a terminal and stands still in a log. */
function showProgress() {
  const text = 'Installing packages with npm ci';
  const { isTTY } = process.stderr;
  if (!isTTY) process.stderr.write(`${text} …\n`);
  let seconds = 0;
  const draw = () => process.stderr.write(`\r\u001B[K${text} … ${seconds++} s`);
  if (isTTY) draw();
  const timer = isTTY ? setInterval(draw, 1000) : undefined;
  return (ok) => {
    clearInterval(timer);
    if (isTTY) process.stderr.write(ok ? '\r\u001B[K' : '\n');
  };
}

/** Takes the lock directory, waiting while somebody else holds it and shows a beat. */
async function acquire(folder) {
  let waited = false;
  for (let missed = 0, beat = ''; ; missed += 1) {
    const lock = tryAcquire(folder);
    if (lock !== undefined) return lock;
    if (!waited) process.stderr.write('Another start is installing the packages; waiting for it …\n');
    waited = true;
    const seen = lastBeat(folder);
    if (seen !== beat) missed = 0;
    beat = seen;
    if (missed > (someoneLives(folder) ? beatsUntilStale.unseen : beatsUntilStale.gone)) removeStale(folder, beat);
    await new Promise((resolve) => setTimeout(resolve, beatMs));
  }
}

function tryAcquire(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  }
  const processes = [];
  const write = () => writeFileSync(path.join(folder, 'processes'), processes.join('\n'));
  const add = (pid) => { if (pid !== undefined) processes.push(pid); write(); };
  add(process.pid);
  let count = 0;
  const timer = setInterval(() => {
    try { utimesSync(folder, ++count, count); } catch { /* Taken for stale and removed: the new owner goes on. */ }
  }, beatMs);
  timer.unref();
  const release = () => { clearInterval(timer); rmSync(folder, { recursive: true, force: true }); };
  process.once('exit', release);
  return { add, release: () => { process.removeListener('exit', release); release(); } };
}

/** A beat is a count in the directory's modification time: whether it moves says enough, and no clock is compared. */
function lastBeat(folder) {
  try {
    const { ino, mtimeMs } = statSync(folder);
    return `${ino} ${mtimeMs}`;
  } catch {
    return '';
  }
}

function someoneLives(folder) {
  let processes = [];
  try {
    processes = readFileSync(path.join(folder, 'processes'), 'utf8').split('\n').map(Number);
  } catch {
    return false;
  }
  return processes.some((pid) => {
    try {
      return pid > 0 && process.kill(pid, 0);
    } catch (error) {
      return error.code === 'EPERM';
    }
  });
}

/** Renamed before it is removed, so that of two who judge it stale only one takes it away. */
function removeStale(folder, beat) {
  const aside = `${folder}.${process.pid}`;
  try {
    if (lastBeat(folder) !== beat) return;
    renameSync(folder, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch {
    // Somebody else was first.
  }
}
