#!/usr/bin/env node
/**
 * The first step of every command: plain JavaScript for Node 18 and later, without any package.
 *
 *   node cli/launch.mjs …               the `stratos` command
 *   node cli/launch.mjs --dev FILE …    another program of this repository, with the development packages
 *
 * It makes sure that the packages of the lock file are installed, finds a Node that runs our TypeScript, and runs the
 * program with it: in this process when this Node fits, else in one child that gets every signal once and never
 * outlives us. Exit codes are the program's own; 3 means that packages or Node could not be had.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensurePackages } from './install.mjs';

const needs = { major: 24, minor: 15 };
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cannotStart = 3;
/** Set on our own child, so that a wrong Node can never start itself for ever. */
const childMark = 'STRATOS_LAUNCH_CHILD';

const { dev, program, rest } = readArguments(process.argv.slice(2));
const isChild = process.env[childMark] !== undefined;
delete process.env[childMark];
returnToCallersFolder();

if (isChild) endWithParent();
else if (!(await ensurePackages({ root, dev }))) process.exit(cannotStart);

if (fits(process.versions.node)) await runHere();
else if (!isChild && existsSync(ownNode())) runInChild(ownNode());
else refuse();

function readArguments(all) {
  if (all[0] !== '--dev') return { dev: false, program: path.join(root, 'cli', 'main.ts'), rest: all };
  if (all[1] === undefined) {
    process.stderr.write('launch: --dev needs the file to run, e.g. --dev test/run.ts\n');
    process.exit(2);
  }
  return { dev: true, program: path.resolve(root, all[1]), rest: all.slice(2) };
}

/** `npm run stratos -- validate .` means the folder where it was typed; npm itself moves to the root. */
function returnToCallersFolder() {
  const typedIn = process.env.INIT_CWD;
  if (process.env.npm_lifecycle_event === 'stratos' && typedIn && process.cwd() === root && existsSync(typedIn)) {
    process.chdir(typedIn);
  }
}

function fits(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > needs.major || (major === needs.major && minor >= needs.minor);
}

function ownNode() {
  return path.join(root, 'node_modules', '.bin', 'node');
}

async function runHere() {
  module.enableCompileCache?.(path.join(root, 'node_modules', '.cache', 'compile'));
  process.argv = [process.argv[0], program, ...rest];
  await import(pathToFileURL(program).href);
}

/**
 * The child gets a process group of its own: a Ctrl-C then reaches only us, and the child gets it once, however often
 * the terminal and npm both report it. The channel tells the child when we are gone, even by `kill -9`.
 */
function runInChild(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
    env: { ...process.env, [childMark]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGWINCH']) passOn(signal, child);
  child.on('error', (error) => {
    process.stderr.write(`Cannot start ${node}: ${error.message}\n`);
    process.exit(cannotStart);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? cannotStart);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** One key press arrives more than once when npm stands between; repeats within half a second are the same one. */
function passOn(signal, child) {
  let heard = false;
  process.on(signal, () => {
    if (heard) return;
    heard = signal !== 'SIGWINCH';
    setTimeout(() => { heard = false; }, 500).unref();
    child.kill(signal);
  });
}

function endWithParent() {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

function refuse() {
  const here = `${process.platform}-${process.arch}`;
  const brought = `Node ${needs.major} comes with the packages on linux-x64 and linux-arm64, but ${ownNode()} is not there`;
  process.stderr.write([
    `Stratos needs Node ${needs.major}.${needs.minor} or later; this is ${process.version} on ${here}.`,
    here === 'linux-x64' || here === 'linux-arm64'
      ? `${brought}. Install the packages with their optional ones: npm ci --include=optional`
      : `Install it from https://nodejs.org (or: nvm install ${needs.major}) and run the command again.`,
    '',
  ].join('\n'));
  process.exit(cannotStart);
}
