import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnnotateInput } from '../../../inputs/annotators/annotate';
import { failureOf } from '../../../inputs/annotators/failure';
import { readJournal } from '../../../inputs/annotators/journal';
import { latest } from '../../../inputs/annotators/journal-line';
import { annotated, clients, newFile, quick } from './annotated';
import type { ServerOptions } from './vlm-server';

describe('what is no answer is asked again, and in the end neither recorded nor charged', () => {
  const patience = { ...quick, tries: 3 };
  const bodies: Readonly<Record<string, readonly [object, RegExp]>> = {
    'an error in the body': [{ error: { message: 'slow down', code: 429 } }, /busy \(429: slow down\)/],
    'an error that is a word': [{ error: { message: 'x', code: 'rate_limit_exceeded' } }, /busy \(429: x\)/],
    'an error that is a text': [{ error: 'upstream died' }, /busy \(502: upstream died\)/],
    'an error in a list': [[{ error: { message: 'x', status: 'UNAVAILABLE' } }], /busy \(503: x\)/],
    'no choices': [{ choices: [], candidates: [] }, /without an answer \(no c/],
    'words without an answer': [{ detail: 'too fast' }, /busy \(502: too fast\)/],
    'a status and words without an answer': [{ statusCode: 429, message: 'x' }, /busy \(429: x\)/],
    'a list of errors': [{ success: false, errors: [{ message: 'slow down', code: 429 }] }, /busy \(429: slow down\)/],
    'a code of its own': [{ code: 'Throttling.RateQuota', message: 'x' }, /busy \(429: x\)/],
    'a text that was broken off': [
      {
        choices: [{ finish_reason: 'abort', message: { content: 'mo' } }],
        candidates: [{ finishReason: 'MALFORMED_RESPONSE', content: { parts: [{ text: 'mo' }] } }],
      },
      /without an answer \(broken off, finish reason (?:abort|MALFORMED_RESPONSE)\)/,
    ],
    'an error in the message': [
      { choices: [{ message: { content: '', error: { code: 503 } } }], candidates: [null] },
      /busy \(503\)|no candidates/,
    ],
    'null choices': [{ id: null, choices: null, candidates: null }, /without an answer \(no c/],
    'an empty reply that says that it ended': [
      { choices: [{ finish_reason: 'stop', message: { content: '' } }], candidates: [{ finishReason: 'STOP' }] },
      /without an answer \(empty, finish reason (?:STOP|stop)\)/,
    ],
    'an error as finish reason': [
      {
        choices: [{ finish_reason: 'error', error: { code: 502, message: 'died' }, message: { content: '' } }],
        candidates: [{ finishReason: 'OTHER' }],
      },
      /502: died|finish reason OTHER/,
    ],
  };
  for (const client of Object.keys(clients))
    for (const [name, [body, message]] of Object.entries(bodies))
      test(`${client}: ${name}`, async () => {
        const respond: ServerOptions['respond'] = (response) => response.end(JSON.stringify(body));
        const input = { patience, price: { input: 1, output: 1 } };
        const { outcome, lines, server } = await annotated({ client, images: 6, server: { respond }, input });
        const { failed, cost } = outcome!;
        assert.deepEqual([lines.length, failed.length, cost, server.asked.length], [0, 6, 0, 18]);
        assert.match(failed[0]!.message, message);
      });

  test('empty replies that are charged are asked for three times, at what they say they cost', async () => {
    const respond: ServerOptions['respond'] = (response) =>
      response.end(
        JSON.stringify({ candidates: [{ finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 100 } }),
      );
    const input = { price: { input: 1, output: 1 }, limit: 1 };
    const { outcome, lines, server } = await annotated({ server: { respond }, input });
    assert.deepEqual([lines.length, outcome!.failed.length, server.asked.length], [0, 1, 3]);
    assert.ok(Math.abs(outcome!.cost - 300e-6) < 1e-12);
  });

  test('as soon as the service is well again, the next run asks', async () => {
    const file = newFile();
    const respond: ServerOptions['respond'] = (response) => response.end('{"error":{"code":429}}');
    await annotated({ file, images: 6, server: { respond }, input: { patience } });
    assert.equal((await annotated({ file, images: 6 })).outcome!.answered, 6);
  });
});

test('a daily quota ends the run at once, in words, and the run can be gone on with', async () => {
  const file = newFile();
  const details = [
    { violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' },
  ];
  const respond: ServerOptions['respond'] = (response) =>
    response.writeHead(429).end(JSON.stringify({ error: { message: 'You exceeded your quota', details } }));
  const { outcome, lines, server } = await annotated({ file, images: 6, server: { respond } });
  assert.deepEqual([outcome!.stopped, lines.length, server.asked.length], ['quota', 0, 1]);
  assert.match(outcome!.failed[0]!.message, /The day’s quota is used up \(429: You exceeded/);
  assert.equal((await annotated({ file, images: 6 })).lines.length, 6);
});

test('a server that tells to wait and answers nobody is given up, and every wait is told', async () => {
  const waits: string[] = [];
  const { outcome } = await annotated({
    images: 6,
    server: { fault: () => 'limited with delay' },
    input: {
      patience: { ...quick, tries: 2, longestServerWaitMs: 150 },
      limit: 1,
      onWait: ({ message, ms }) => waits.push(`${message} ${ms >= 50}`),
    },
  });
  assert.equal(outcome!.failed.length, 1);
  assert.ok(waits.length && waits.every((words) => words === 'The server is busy (429: try again) true'));
});

test('what was cut off is asked for again under a larger limit, and only then; what was refused, on demand', async () => {
  const file = newFile();
  const respond: ServerOptions['respond'] = (response, { body, classes }, n) => {
    const { maxOutputTokens } = body['generationConfig'] as { maxOutputTokens: number };
    const cut = { content: { parts: [{ text: 'Lo' }] }, finishReason: 'MAX_TOKENS' };
    const said = { content: { parts: [{ text: n === 0 ? 'a cat' : classes[0] }] }, finishReason: 'STOP' };
    response.end(JSON.stringify({ candidates: [n > 0 && maxOutputTokens < 4000 ? cut : said] }));
  };
  const run = async (maxOutputTokens: number, input: Partial<AnnotateInput> = {}) => {
    const images = { images: 6, file, maxOutputTokens };
    const { outcome, server } = await annotated({
      ...images,
      server: { respond },
      input: { concurrency: 1, ...input },
    });
    return [server.asked.length, outcome!.answered, outcome!.outside, outcome!.refused];
  };
  assert.deepEqual(await run(1024), [6, 0, 1, 5]);
  assert.deepEqual(await run(1024), [0, 0, 0, 0]);
  assert.deepEqual(await run(8192), [5, 4, 1, 0]); // the first of these requests is answered outside the list
  assert.deepEqual(await run(1024, { again: ['refused'] }), [0, 0, 0, 0]);
  assert.deepEqual(await run(8192, { again: ['outside'] }), [2, 1, 1, 0]);
  assert.equal(readJournal(file).lines.length, 13);
  assert.equal([...latest(readJournal(file).lines).values()].length, 6);
});

describe('an OpenAI-compatible server', () => {
  const usage = { prompt_tokens: 300, completion_tokens: 5 };
  const says = (content: unknown) => ({ choices: [{ message: { content }, finish_reason: 'stop' }], usage });

  test('may answer in typed parts, of which those that are thoughts are left out', async () => {
    const contents = [
      [{ type: 'text', text: 'mono' }],
      [
        { type: 'thinking', thinking: [{ type: 'text', text: 'sans?' }] },
        { type: 'text', text: 'mono' },
      ],
      '<think>sans? No, not sans.</think>\n\nmono',
      { type: 'text', text: 'mono' },
    ];
    const respond: ServerOptions['respond'] = (response, _, n) => response.end(JSON.stringify(says(contents[n % 4])));
    const { lines } = await annotated({ client: 'openai-compatible', images: 6, server: { respond } });
    assert.deepEqual([...new Set(lines.map(({ label }) => label))], ['mono']);
  });

  test('may decline in a part, and call what is too long by other words', async () => {
    const answers = [
      says([{ type: 'refusal', refusal: 'I must not' }]),
      { choices: [{ message: { content: 'mo' }, finish_reason: 'max_tokens' }] },
      { choices: [{ message: { content: '' }, finish_reason: 'stop', native_finish_reason: 'MAX_TOKENS' }] },
      { error: {}, ...says('mono') },
    ];
    const respond: ServerOptions['respond'] = (response, _, n) => response.end(JSON.stringify(answers[n]));
    const asked = { client: 'openai-compatible', images: 6, server: { respond }, input: { concurrency: 1, limit: 4 } };
    const { lines } = await annotated(asked);
    const cutOff = 'cut off at the output limit';
    assert.deepEqual(
      lines.map(({ label, reason }) => reason ?? label),
      ['declined', cutOff, cutOff, 'mono'],
    );
  });

  test('may know the limit on output by its other name: it is asked again, once in a run', async () => {
    const respond: ServerOptions['respond'] = (response, { body }) => {
      const message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.";
      if (body['max_tokens'] !== undefined) response.writeHead(400).end(JSON.stringify({ error: { message } }));
      else response.end(JSON.stringify(says('mono')));
    };
    const { lines, server, outcome } = await annotated({ client: 'openai-compatible', images: 6, server: { respond } });
    assert.deepEqual([lines.length, outcome!.answered, server.asked.length], [6, 6, 7]);
  });
});

describe('a reply that is no JSON', () => {
  const send = async (type: string, body: string) => {
    const respond: ServerOptions['respond'] = (response) => response.writeHead(200, { 'content-type': type }).end(body);
    const asked = { client: 'openai-compatible', images: 6, server: { respond } };
    const { outcome, error } = await annotated({ ...asked, input: { patience: { ...quick, tries: 1 } } });
    return error ? String(error) : (outcome!.failed[0]?.message ?? `${outcome!.answered} answered`);
  };

  test('is told as what it is; a stream ends the run after one request', async () => {
    assert.equal(
      await send('text/html', '<html><title>Sign in</title>'),
      'The server replied with a web page ("Sign in")',
    );
    assert.equal(await send('application/json', ''), 'The server replied with nothing');
    assert.equal(await send('application/json', '{"choices": ['), 'The server replied with no JSON');
    assert.match(await send('text/event-stream', 'data: {}\n\n'), /ProviderError: The server answers in a stream/);
  });

  test('may be a stream that holds an error', async () => {
    assert.equal(
      await send('text/event-stream', 'event: error\ndata: {"error": {"code": 429, "message": "x"}}\n\n'),
      'The server is busy (429: x)',
    );
  });

  test('may be JSON behind a byte order mark', async () => {
    const body = JSON.stringify({ choices: [{ message: { content: 'mono' }, finish_reason: 'stop' }] });
    assert.equal(await send('application/json', `\uFEFF${body}`), '6 answered');
  });
});

test('a picture that a filter refuses by an error is refused, though no other was answered', async () => {
  const error = { message: "The response was filtered due to the prompt's content", code: 'content_filter' };
  const respond: ServerOptions['respond'] = (response) => response.writeHead(400).end(JSON.stringify({ error }));
  const { outcome, lines } = await annotated({
    client: 'openai-compatible',
    images: 6,
    server: { respond },
    input: { price: { input: 1, output: 1 } },
  });
  assert.deepEqual([outcome!.refused, outcome!.cost], [6, 0]);
  assert.deepEqual([...new Set(lines.map(({ reason }) => reason))], ['blocked: content filter']);
});

describe('an error means', () => {
  const cases: readonly [unknown, RegExp, string][] = [
    [{ code: 'rate_limit_exceeded' }, /busy \(429\)/, 'transient'],
    [{ code: '503', message: 'x' }, /busy \(503: x\)/, 'transient'],
    [{ code: 409 }, /busy \(409\)/, 'transient'],
    [{ type: 'overloaded_error' }, /busy \(503\)/, 'transient'],
    [{ message: 'what?' }, /busy \(502: what\?\)/, 'transient'],
    ['invalid response: host not found', /busy \(502: invalid/, 'transient'],
    ['rate limit', /busy \(429: rate limit\)/, 'transient'],
    [{ message: 'Rate limit exceeded: free-models-per-day', code: 429 }, /The day’s quota is used up/, 'exhausted'],
    [{ code: 'insufficient_quota' }, /no credit/, 'fatal'],
    [{ code: 'invalid_api_key' }, /key was not accepted/, 'fatal'],
    [{ code: 'model_not_found' }, /model or address is unknown/, 'fatal'],
    [{ status: 'INVALID_ARGUMENT' }, /rejects the request \(400\)/, 'rejected'],
    [{ code: 499 }, /busy \(499\)/, 'transient'],
    [{ code: 403, message: 'Your input was flagged for "x"' }, /rejects the request \(403/, 'rejected'],
    [{ message: "'temperature' does not support 0", code: 'unsupported_value' }, /try --temperature 1$/, 'rejected'],
  ];
  for (const [error, message, kind] of cases)
    test(JSON.stringify(error), () => {
      const { message: told, failure } = failureOf(error);
      assert.match(told, message);
      assert.equal(failure.kind, kind);
    });

  test('a wait that its words or the header tell, in any unit', () => {
    const wait = (message: string, header?: string) =>
      failureOf({ message, code: 429 }, new Headers(header ? { 'retry-after': header } : {})).failure.retryAfterMs;
    assert.equal(wait('Limit 3, Used 3. Please try again in 7m12s.'), 432_000);
    assert.equal(wait('Please retry in 37.5s. See 20 pages'), 37_500);
    assert.equal(wait('Try again in 350 ms'), 350);
    assert.equal(wait('retry after 2 minutes'), 120_000);
    assert.equal(wait('try again 3 more times'), undefined);
    assert.equal(wait('try again', '5s'), 5000);
    assert.equal(wait('try again in 9s', '2'), 2000);
  });

  test('a wait until a date, and none where the date has passed', () => {
    const wait = (date: number) =>
      failureOf('', new Headers({ 'retry-after': new Date(date).toUTCString() }), 503).failure.retryAfterMs;
    const ms = wait(Date.now() + 60_000)!;
    assert.ok(ms > 58_000 && ms <= 60_000, String(ms));
    assert.equal(wait(Date.now() - 60_000), undefined);
  });
});
