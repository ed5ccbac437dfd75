import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { chosenClass, pictureKey } from './tiny-pictures';

export const faults = [
  ...['limited', 'limited with delay', 'error 500', 'error 503', 'cut', 'cut halfway', 'drip', 'not JSON', 'empty'],
  ...['error in 200', 'error word in 200', 'error text in 200', 'null choices', 'empty stop', 'error as finish'],
  ...['web page', 'nothing', 'conflict', 'error 529', 'busy until a date'],
  ...['blocked', 'answer blocked', 'wrong class', 'ten megabytes'],
] as const;
export type Fault = (typeof faults)[number];

/** Faults after which the service has answered, and charged for it. */
const final: ReadonlySet<Fault> = new Set(['blocked', 'answer blocked', 'wrong class', 'ten megabytes']);
export const isFinal = (fault: Fault): boolean => final.has(fault);

export interface AskedQuestion {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly classes: readonly string[];
  readonly pictures: readonly string[];
}

export interface ServerOptions {
  readonly latencyMs?: number;
  /** Decides what goes wrong with the n-th request. */
  readonly fault?: (n: number) => Fault | undefined;
  /** What is answered instead of {@link chosenClass}. */
  readonly answer?: (question: AskedQuestion, n: number) => string;
  /** Takes over: nothing else is sent. */
  readonly respond?: (response: ServerResponse, question: AskedQuestion, n: number) => void;
  readonly tokens?: { readonly input: number; readonly output: number };
}

/**
 * A service on loopback that speaks Gemini's and OpenAI's protocols, answers by the picture alone, and fails as told. It
 * keeps account of what it answered, and so would have charged, picture by picture.
 */
export async function vlmServer(options: ServerOptions = {}) {
  const asked: AskedQuestion[] = [];
  /** Final answers sent whole, by picture. */
  const charged = new Map<string, number>();
  const flight = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    flight.most = Math.max(flight.most, ++flight.now);
    response.on('close', () => flight.now--);
    serve(request, response).catch(() => response.destroy());
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const question = await readQuestion(request);
    const n = asked.push(question) - 1;
    await sleep(options.latencyMs ?? 0);
    if (options.respond) return options.respond(response, question, n);
    const fault = options.fault?.(n);
    if (fault && !final.has(fault)) return fail(response, fault);
    const text = options.answer?.(question, n) ?? defaultAnswer(question);
    const body = JSON.stringify(bodyOf(question, text, fault, options.tokens ?? { input: 300, output: 5 }));
    response.on('finish', () => question.pictures.forEach((key) => charged.set(key, (charged.get(key) ?? 0) + 1)));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url, asked, charged, flight, close };
}

const defaultAnswer = ({ pictures, classes }: AskedQuestion): string =>
  pictures.length === 1
    ? chosenClass(pictures[0]!, classes)
    : pictures.map((key, i) => `${i + 1}: ${chosenClass(key, classes)}`).join('\n');

interface Part {
  readonly text?: string;
  readonly inlineData?: { readonly data: string };
  readonly image_url?: { readonly url: string };
}

async function readQuestion(request: IncomingMessage): Promise<AskedQuestion> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  const [turn] = (body['contents'] ?? body['messages']) as { parts?: Part[]; content?: Part[] }[];
  const parts = turn!.parts ?? turn!.content!;
  const text = parts.map((part) => part.text ?? '').join('');
  const list = text.slice(text.indexOf('Classes:'));
  return {
    path: request.url!,
    body,
    headers: request.headers,
    text,
    classes: [...list.matchAll(/^- (.+)$/gm)].map(([, name]) => name!),
    pictures: parts.flatMap(({ inlineData, image_url }) => {
      const data = inlineData?.data ?? image_url?.url.split(',')[1];
      return data === undefined ? [] : [pictureKey(data)];
    }),
  };
}

function bodyOf(
  { path }: AskedQuestion,
  answer: string,
  fault: Fault | undefined,
  tokens: { input: number; output: number },
): object {
  const text = fault === 'wrong class' ? 'Zapfino' : fault === 'ten megabytes' ? 'Lora Bold '.repeat(2 ** 20) : answer;
  if (path.includes('chat/completions')) {
    const usage = { prompt_tokens: tokens.input, completion_tokens: tokens.output };
    if (fault === 'blocked') return { choices: [{ message: { content: '' }, finish_reason: 'content_filter' }], usage };
    if (fault === 'answer blocked')
      return { choices: [{ message: { refusal: 'I must not.' }, finish_reason: 'stop' }], usage };
    return { choices: [{ message: { content: text }, finish_reason: 'stop' }], usage };
  }
  const usageMetadata = { promptTokenCount: tokens.input, candidatesTokenCount: tokens.output };
  if (fault === 'blocked') return { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata };
  if (fault === 'answer blocked') return { candidates: [{ finishReason: 'SAFETY' }], usageMetadata };
  return { candidates: [{ content: { parts: [{ text }], role: 'model' }, finishReason: 'STOP' }], usageMetadata };
}

/** Bodies of successful responses that hold no answer, in both protocols at once. */
const noAnswers: Readonly<Partial<Record<Fault, object | string>>> = {
  'error in 200': { error: { message: 'Rate limit exceeded', code: 429 } },
  'error word in 200': [{ error: { message: 'try again', code: 'rate_limit_exceeded' } }],
  'error text in 200': { error: 'upstream died' },
  'null choices': { id: null, choices: null, candidates: null },
  'empty stop': {
    choices: [{ finish_reason: 'stop', message: { content: null } }],
    candidates: [{ content: { role: 'model' }, finishReason: 'STOP' }],
  },
  'error as finish': {
    choices: [{ finish_reason: 'error', error: { code: 502, message: 'died' }, message: { content: '' } }],
    candidates: [{ finishReason: 'OTHER' }],
  },
  'web page': '<html>gateway</html>',
  nothing: '',
};

async function fail(response: ServerResponse, fault: Fault): Promise<void> {
  const error = (status: number, details?: object[], headers: Record<string, string> = {}): void => {
    const message = fault === 'error 500' ? 'internal' : 'try again';
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ error: { message, details } }));
  };
  if (fault === 'limited') return error(429);
  if (fault === 'limited with delay')
    return error(429, [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.05s' }]);
  if (fault === 'error 500') return error(500);
  if (fault === 'error 503') return error(503);
  if (fault === 'conflict') return error(409);
  if (fault === 'error 529') return error(529);
  if (fault === 'busy until a date') return error(503, [], { 'retry-after': new Date(Date.now() + 500).toUTCString() });
  if (fault === 'cut') return void response.destroy();
  response.writeHead(200, { 'content-type': 'application/json' });
  const body = noAnswers[fault];
  if (body !== undefined) return void response.end(typeof body === 'string' ? body : JSON.stringify(body));
  if (fault === 'not JSON') return void response.end('<html>gateway</html>');
  if (fault === 'empty') return void response.end('{"candidates":[],"choices":[]}');
  response.write('{"candidates":');
  if (fault === 'cut halfway') return void setTimeout(() => response.destroy(), 5);
  while (!response.destroyed) {
    response.write(' ');
    await sleep(20);
  }
}
