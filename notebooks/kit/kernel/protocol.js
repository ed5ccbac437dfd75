'use strict';
/**
 * What Jupyter's protocol (version 5.3) asks of a kernel and tslab 1.0.22 leaves out: `execute_input`, by which nbclient and
 * JupyterLab number cells; an `error` with name, message and places instead of text on stderr; and, as ipykernel does, a cell
 * that fails aborts the requests that came before its reply, unless its own says `stop_on_error: false` (tslab also
 * aborts what comes within the next 200 ms, such as the next cell of `nbconvert --allow-errors`). Text is sent in
 * pieces of many lines, and no message is dropped when there are more than a thousand on their way.
 */
const { performance } = require('node:perf_hooks');
const { setImmediate } = require('node:timers');

/** Milliseconds to read the requests that came while the cell kept the process busy. */
const toReadRequests = 20;

/** So many pieces of text are sent as they come in a moment of so many ms; the others once the event loop goes on, or so long (characters). */
const AT_ONCE = 20;
const MOMENT = 200;
const LONGEST = 2 ** 16;

/** Mends tslab's handling of execute requests; after its TypeScript has been amended, which it loads here. */
function amendProtocol() {
  const { JupyterHandlerImpl, ZmqServer } = require('tslab/dist/jupyter');
  let [arrived, aborted] = [0, 0];
  let previous = Promise.resolve();

  ZmqServer.prototype.handleExecute = async function (shell, request) {
    const { handler, connInfo, iopub } = this;
    const send = (socket, type, content) => {
      const message = request.createReply();
      Object.assign(message, { header: { ...message.header, msg_type: type }, content });
      message.signAndSend(connInfo.key, socket);
    };
    const publish = inPieces((type, content) => send(iopub, type, content));
    const reply = await handler.handleExecute(request.content, publish);
    publish(); // what is left
    send(shell, 'execute_reply', reply);
  };

  const { bindSocket } = ZmqServer.prototype;
  ZmqServer.prototype.bindSocket = function (socket, port) {
    if (socket === this.iopub) socket.sendHighWaterMark = 0; // no limit
    return bindSocket.call(this, socket, port);
  };

  JupyterHandlerImpl.prototype.handleExecute = function (request, publish) {
    const number = ++arrived;
    const run = async () => {
      if (number <= aborted) return { status: 'aborted' };
      const execution_count = this.execCount + 1;
      publish('execute_input', { code: request.code, execution_count });
      const failure = await this.run(request, publish);
      if (!failure) return { status: 'ok', execution_count, user_expressions: {}, payload: [] };
      publish('error', failure);
      if (request.stop_on_error !== false) {
        await new Promise((done) => setTimeout(done, toReadRequests));
        aborted = arrived;
      }
      return { status: 'error', execution_count, ...failure };
    };
    return (previous = previous.then(run));
  };

  /** Runs a cell. @returns how it failed: { ename, evalue, traceback }; nothing if it did not. */
  JupyterHandlerImpl.prototype.run = async function (request, publish) {
    const writeStream = (name, text) => publish('stream', { name, text });
    const show = (data, update) => publish(update ? 'update_display_data' : 'display_data', data);
    try {
      await this.handleExecuteImpl(request, writeStream, show);
    } catch (error) {
      if (error instanceof Error) return { ename: error.name, evalue: error.message, traceback: [String(error.stack)] };
      return this.executor.failure(); // what is thrown is tslab's count of cells
    }
  };
}

/**
 * Broadcasts through `send`: the first texts of a moment as they come, so that what is written before a long computation is seen
 * during it; the others, one after the other on one stream, together. Called with nothing it sends what waits.
 */
function inPieces(send) {
  let waiting;
  let [moment, sent] = [-Infinity, 0];
  const flush = () => {
    const text = waiting;
    waiting = undefined;
    if (text) send('stream', text);
  };
  return (type, content) => {
    if (type !== 'stream' || (waiting && waiting.name !== content.name)) flush();
    if (type !== 'stream') return type && send(type, content);
    const now = performance.now();
    if (now - moment > MOMENT) [moment, sent] = [now, 0];
    if (!waiting) {
      waiting = { name: content.name, text: '' };
      if (sent >= AT_ONCE) setImmediate(flush);
    }
    waiting.text += content.text;
    if (sent++ < AT_ONCE || waiting.text.length > LONGEST) flush();
  };
}

module.exports = { amendProtocol };
