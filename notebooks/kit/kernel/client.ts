import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Dealer, Subscriber } from 'zeromq';
import { createConnection } from './connection';
import type { Connection } from './connection';
import { createMessage, decode, encode } from './message';
import type { Message } from './message';
import { kernelCommand } from './spec';

/** The kernel ended, or did not answer in time. The message says which, and what the process wrote last. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

export interface KernelOptions {
  /** Added to the kernel's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds the kernel may take to answer first; 60 unless given. */
  readonly startTimeout?: number;
  readonly transport?: 'ipc' | 'tcp';
  /** What to start instead of the project's kernel; the connection file's path is added. */
  readonly command?: readonly string[];
}

interface Request {
  readonly resolve: (reply: Record<string, unknown>) => void;
  reply?: Record<string, unknown>;
  idle: boolean;
}

/** A running kernel process and the client's end of its channels. */
export class Kernel {
  private readonly session = randomUUID();
  private readonly shell = new Dealer({ linger: 0 });
  private readonly control = new Dealer({ linger: 0 });
  private readonly iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  private readonly requests = new Map<string, Request>();
  private readonly exited: Promise<void>;
  private fail!: (error: Error) => void;
  private readonly failed = new Promise<never>((_, reject) => (this.fail = reject));
  private written = '';
  private heard = false;
  private closing = false;
  /** Called with every message about outputs, whichever cell it belongs to (`message.parent.msg_id`). */
  onOutput: (message: Message) => void = () => undefined;

  private constructor(
    private readonly process: ChildProcess,
    private readonly connection: Connection,
  ) {
    this.failed.catch(() => undefined);
    const keep = (chunk: Buffer): unknown => (this.written = (this.written + chunk.toString()).slice(-4000));
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
    this.exited = new Promise((resolve) => {
      process.once(
        'error',
        (error) => (this.fail(new KernelError(`Cannot start the kernel: ${error.message}`)), resolve()),
      );
      process.once('close', (code, signal) => {
        const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
        const last = this.written.trim() && `; it wrote last:\n${this.written.trim()}`;
        this.fail(new KernelError(`The kernel ${how}${hint(signal)}${last}`));
        resolve();
      });
    });
    for (const signal of signals) globalThis.process.once(signal, this.abandon);
    this.iopub.subscribe();
    this.shell.connect(connection.address('shell'));
    this.control.connect(connection.address('control'));
    this.iopub.connect(connection.address('iopub'));
    void this.receive(this.shell, (message) => this.receiveReply(message));
    void this.receive(this.control, () => undefined);
    void this.receive(this.iopub, (message) => this.receiveBroadcast(message));
  }

  /** Starts a kernel and waits until it answers. @throws KernelError if it does not. */
  static async start(options: KernelOptions = {}): Promise<Kernel> {
    const connection = await createConnection(options.transport);
    const [program = '', ...parameters] = options.command ?? kernelCommand();
    const env = { ...process.env, ...options.env };
    const child = spawn(program, [...parameters, connection.file], { stdio: ['ignore', 'pipe', 'pipe'], env });
    const kernel = new Kernel(child, connection);
    try {
      await kernel.ready(options.startTimeout ?? 60);
    } catch (error) {
      await kernel.shutdown();
      throw error;
    }
    return kernel;
  }

  /** The id of the process, for those who must end it. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  /**
   * Runs code and waits for its reply and its last output. `onStart` is given the id that its outputs will name.
   * @throws KernelError if the kernel ends, or if it takes more than `timeout` seconds (the kernel is then ended).
   */
  async execute(code: string, onStart: (id: string) => void, timeout = Infinity): Promise<Record<string, unknown>> {
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    const message = createMessage('execute_request', content, this.session);
    onStart(message.header.msg_id);
    try {
      return await this.within(timeout, this.request(message), `A cell ran longer than its ${timeout} seconds`);
    } catch (error) {
      this.process.kill('SIGKILL');
      throw error;
    }
  }

  /** Any other request, e.g. `complete_request`; the content of its reply. */
  ask(type: string, content: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.request(createMessage(type, content, this.session));
  }

  /** Interrupts the cell that runs, as Jupyter does. */
  interrupt(): void {
    this.process.kill('SIGINT');
  }

  /** Ends the kernel, by asking and after two seconds by force, and frees all that belongs to it. Never throws. */
  async shutdown(): Promise<void> {
    this.closing = true;
    const ended = this.process.exitCode !== null || this.process.signalCode !== null || this.process.pid === undefined;
    if (!ended) {
      const message = createMessage('shutdown_request', { restart: false }, this.session);
      if (this.heard) await this.control.send(encode(message, this.connection.key)).catch(() => undefined);
      const force = setTimeout(() => this.process.kill('SIGKILL'), this.heard ? 2000 : 0);
      await this.exited;
      clearTimeout(force);
    }
    for (const socket of [this.shell, this.control, this.iopub]) socket.close();
    for (const signal of signals) globalThis.process.off(signal, this.abandon);
    this.connection.remove();
  }

  /** Where this process is told to end, the kernel goes first. */
  private readonly abandon = (signal: NodeJS.Signals): void => {
    this.process.kill('SIGKILL');
    this.connection.remove();
    globalThis.process.kill(globalThis.process.pid, signal);
  };

  /** The broadcast channel drops what is sent before it is connected: ask again until it is heard. */
  private async ready(timeout: number): Promise<void> {
    const ask = async (): Promise<void> => {
      while (!this.heard) {
        const asked = this.request(createMessage('kernel_info_request', {}, this.session));
        await Promise.race([asked, this.failed, wait(500)]);
      }
    };
    await this.within(timeout, ask(), `The kernel did not answer within ${timeout} seconds`);
  }

  private async request(message: Message): Promise<Record<string, unknown>> {
    const answered = new Promise<Record<string, unknown>>((resolve) =>
      this.requests.set(message.header.msg_id, { resolve, idle: false }),
    );
    await this.shell.send(encode(message, this.connection.key));
    return Promise.race([answered, this.failed]);
  }

  private async within<T>(seconds: number, work: Promise<T>, message: string): Promise<T> {
    if (seconds === Infinity) return work;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.late(message)), seconds * 1000);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  private late(message: string): KernelError {
    const error = new KernelError(message + (this.written.trim() && `; it wrote last:\n${this.written.trim()}`));
    this.fail(error);
    return error;
  }

  private receiveReply({ header, parent, content }: Message): void {
    const request = this.requests.get(parent.msg_id ?? '');
    if (!request || !header.msg_type.endsWith('_reply')) return;
    request.reply = content;
    this.settle(parent.msg_id!, request);
  }

  private receiveBroadcast(message: Message): void {
    this.heard = true;
    const id = message.parent.msg_id ?? '';
    const request = this.requests.get(id);
    if (message.header.msg_type !== 'status') this.onOutput(message);
    else if (request && message.content['execution_state'] === 'idle') {
      request.idle = true;
      this.settle(id, request);
    }
  }

  /** A request is done when its reply is here and the kernel is idle again: all its outputs have come by then. */
  private settle(id: string, { resolve, reply, idle }: Request): void {
    if (!reply || !idle) return;
    this.requests.delete(id);
    resolve(reply);
  }

  private async receive(socket: Dealer | Subscriber, handle: (message: Message) => void): Promise<void> {
    try {
      for await (const frames of socket) handle(decode(frames, this.connection.key));
    } catch (error) {
      if (!this.closing) this.fail(error as Error);
    }
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const hint = (signal: string | null): string => (signal === 'SIGKILL' ? ' (if nobody ended it: out of memory?)' : '');
