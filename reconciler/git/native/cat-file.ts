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

type Found = Extract<BatchAnswer, { found: true }>;

interface Question {
  readonly name: string;
  readonly bytesMax: number;
  readonly resolve: (answer: Found | null) => void;
  readonly reject: (failure: GitFailure) => void;
  deaths: number;
}

const inFlightMax = 64;
const waitingMax = 50_000;
const deathsMax = 2;

export class CatFile {
  readonly #git: NativeGit;
  readonly #path: string;
  readonly #options: CatFileOptions;
  readonly #queue: Question[] = [];
  /** How many questions from the head of the queue the process has been sent. */
  #sent = 0;
  #child: ChildProcessWithoutNullStreams | null = null;
  #closed = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #answerTimer: NodeJS.Timeout | undefined;

  constructor(git: NativeGit, path: string, options: CatFileOptions) {
    this.#git = git;
    this.#path = path;
    this.#options = options;
  }

  /** The object that an id or a full reference name stands for; null when there is none. @throws GitFailure. */
  ask(name: string, bytesMax: number): Promise<Found | null> {
    if (this.#closed) return Promise.reject(new GitFailure('refused', 'the repository is closed'));
    if (this.#queue.length >= waitingMax) return Promise.reject(new GitFailure('refused', `more than ${waitingMax} reads are waiting`));
    return new Promise((resolve, reject) => {
      this.#queue.push({ name, bytesMax, resolve, reject, deaths: 0 });
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const question of this.#queue.splice(0)) question.reject(new GitFailure('refused', 'the repository is closed'));
    await this.#endChild();
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#answerTimer);
    if (this.#queue.length === 0) {
      if (this.#child) this.#idleTimer = setTimeout(() => void this.#endChild(), this.#options.idleMs).unref();
      return;
    }
    const child = (this.#child ??= this.#start());
    this.#answerTimer = setTimeout(() => void endGroup(child), this.#options.answerTimeoutMs);
    for (; this.#sent < inFlightMax && this.#sent < this.#queue.length; this.#sent += 1) child.stdin.write(`${this.#queue[this.#sent]?.name}\n`);
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn(this.#git.program, [`--git-dir=${this.#path}`, 'cat-file', '--batch'], {
      env: localEnvironment(this.#git), cwd: '/', detached: true, stdio: 'pipe',
    });
    const answers = new BatchAnswers(() => this.#queue[0]?.bytesMax ?? 0);
    let words = '';
    // A process that has ended cannot be written to; `close` tells why.
    child.stdin.on('error', () => {});
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-2_000);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.#child === child) this.#take(answers, chunk);
    });
    child.on('error', () => this.#lost(child, 'it could not be started'));
    child.on('close', () => this.#lost(child, words));
    return child;
  }

  #take(answers: BatchAnswers, chunk: Buffer): void {
    for (const answer of answers.push(chunk)) {
      const question = this.#queue.shift();
      this.#sent -= 1;
      if (!question) continue;
      if (answer.found === 'too-large') {
        question.reject(new GitFailure('too-large', `object ${question.name} has ${answer.size} bytes, more than ${question.bytesMax}`));
        // Reading past a huge object costs more than a new process.
        void this.#endChild();
        break;
      }
      question.resolve(answer.found ? answer : null);
    }
    this.#pump();
  }

  async #endChild(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#sent = 0;
    if (child) await endGroup(child);
  }

  #lost(child: ChildProcessWithoutNullStreams, words: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#sent = 0;
    const [first] = this.#queue;
    if (first && (first.deaths += 1) >= deathsMax) {
      this.#queue.shift();
      first.reject(deathFailure(words, first.name));
    }
    this.#pump();
  }
}

function deathFailure(words: string, name: string): GitFailure {
  if (/not a git repository/i.test(words)) return new GitFailure('missing-object', 'the repository is gone');
  const reason = words.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim().slice(0, 200);
  return new GitFailure('corrupt', `git cannot read ${name}: ${reason || 'it ended without a word'}`);
}
