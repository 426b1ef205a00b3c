/**
 * One long-lived `git cat-file --batch` for one repository.
 * Owns the process: starts it with the first question, ends it after a quiet while, replaces it when it dies.
 * Invariants: answers come in the order of the questions; a question asked while the process dies is asked again of
 * the next one; the question that kills it twice fails; the queue is bounded.
 */

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { GitFailure } from '../../contracts/git.ts';
import { BatchAnswers, type BatchAnswer } from './batch-answers.ts';
import type { NativeGit } from './detect.ts';
import { localEnvironment } from './environment.ts';
import { endGroup } from './run.ts';

export interface CatFileOptions {
  readonly idleMs: number;
  /** How long one answer may take before the process is replaced. */
  readonly answerTimeoutMs: number;
}

/** Null when the repository holds no such object. */
export type CatFile = {
  ask(name: string, bytesMax: number): Promise<Extract<BatchAnswer, { found: true }> | null>;
  close(): Promise<void>;
};

interface Question {
  readonly name: string;
  readonly bytesMax: number;
  readonly resolve: (answer: Extract<BatchAnswer, { found: true }> | null) => void;
  readonly reject: (failure: GitFailure) => void;
  deaths: number;
}

const inFlightMax = 64;
const waitingMax = 50_000;
const deathsMax = 2;

export function createCatFile(git: NativeGit, repositoryPath: string, options: CatFileOptions): CatFile {
  const queue: Question[] = [];
  let sent = 0;
  let child: ChildProcessWithoutNullStreams | null = null;
  let closed = false;
  let idleTimer: NodeJS.Timeout | undefined;
  let answerTimer: NodeJS.Timeout | undefined;

  function startChild(): ChildProcessWithoutNullStreams {
    const started = spawn(git.program, [`--git-dir=${repositoryPath}`, 'cat-file', '--batch'], {
      env: localEnvironment(git), cwd: '/', detached: true, stdio: 'pipe',
    });
    const answers = new BatchAnswers(() => queue[0]?.bytesMax ?? 0);
    let words = '';
    started.stdin.on('error', () => {});
    started.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-2_000);
    });
    started.stdout.on('data', (chunk: Buffer) => {
      if (child === started) takeAnswers(answers, chunk);
    });
    started.on('error', () => lost(started, 'it could not be started'));
    started.on('close', () => lost(started, words));
    return started;
  }

  function takeAnswers(answers: BatchAnswers, chunk: Buffer): void {
    for (const answer of answers.push(chunk)) {
      const question = queue.shift();
      sent -= 1;
      if (!question) continue;
      if (answer.found === 'too-large') {
        question.reject(new GitFailure('too-large', `object ${question.name} has ${answer.size} bytes, more than ${question.bytesMax}`));
        // Reading past a huge object costs more than a new process.
        return replaceChild();
      }
      question.resolve(answer.found ? answer : null);
    }
    pump();
  }

  function replaceChild(): void {
    const old = child;
    child = null;
    sent = 0;
    if (old) void endGroup(old);
    pump();
  }

  function lost(which: ChildProcessWithoutNullStreams, words: string): void {
    if (child !== which) return;
    child = null;
    sent = 0;
    const [first] = queue;
    if (first && (first.deaths += 1) >= deathsMax) {
      queue.shift();
      first.reject(deathFailure(words, first.name));
    }
    pump();
  }

  function pump(): void {
    clearTimeout(idleTimer);
    clearTimeout(answerTimer);
    if (queue.length === 0) {
      if (child) idleTimer = setTimeout(replaceChild, options.idleMs).unref();
      return;
    }
    child ??= startChild();
    answerTimer = setTimeout(() => child && endGroup(child), options.answerTimeoutMs);
    for (; sent < inFlightMax && sent < queue.length; sent += 1) child.stdin.write(`${queue[sent]?.name}\n`);
  }

  return {
    ask(name, bytesMax) {
      if (closed) return Promise.reject(new GitFailure('refused', 'the repository is closed'));
      if (queue.length >= waitingMax) return Promise.reject(new GitFailure('refused', `more than ${waitingMax} reads are waiting`));
      return new Promise((resolve, reject) => {
        queue.push({ name, bytesMax, resolve, reject, deaths: 0 });
        pump();
      });
    },
    async close() {
      closed = true;
      clearTimeout(idleTimer);
      clearTimeout(answerTimer);
      for (const question of queue.splice(0)) question.reject(new GitFailure('refused', 'the repository is closed'));
      const old = child;
      child = null;
      if (old) await endGroup(old);
    },
  };
}

function deathFailure(words: string, name: string): GitFailure {
  if (/not a git repository/i.test(words)) return new GitFailure('missing-object', 'the repository is gone');
  const reason = words.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim().slice(0, 200);
  return new GitFailure('corrupt', `git cannot read ${name}: ${reason || 'it ended without a word'}`);
}
