'use strict';
/**
 * Interrupts that end whatever a cell does. Node itself ends an endless loop only in a cell's synchronous beginning, up to
 * its first await; behind that, a signal waits for the event loop for ever. So a thread of its own (interrupt-thread.js)
 * takes the signals, passes them on, and cuts off the JavaScript that runs if nobody answers.
 */
const path = require('node:path');
const { Worker } = require('node:worker_threads');

/** Entries of the memory shared with the thread. */
const ANSWERS = 0;
const PROTECTED = 1;

/**
 * Starts to watch. Listeners of SIGINT are then called by the thread.
 * @returns what marks stretches of the kernel's own work, such as compiling a cell, as not to be cut off: `begin`, `end`.
 */
function watchInterrupts() {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const listenItself = leaveToThread('SIGINT');
  const thread = new Worker(path.join(__dirname, 'interrupt-thread.js'), { workerData: state, execArgv: [] });
  thread.on('message', () => {
    Atomics.add(state, ANSWERS, 1);
    Atomics.notify(state, ANSWERS);
    process.emit('SIGINT');
  });
  thread.on('error', (error) => {
    console.error('Interrupts are handled by Node alone:', error);
    listenItself();
  });
  thread.unref();
  return {
    begin: () => void Atomics.store(state, PROTECTED, 1),
    end: () => void Atomics.store(state, PROTECTED, 0),
  };
}

/**
 * Keeps Node from handling a signal when somebody listens to it: there is one handler a process, and Node's would take
 * the thread's place. @returns what lets Node handle it after all.
 */
function leaveToThread(signal) {
  const handle = process.listeners('newListener').find(({ name }) => name === 'startListeningIfSignal');
  if (!handle) return () => {};
  process.off('newListener', handle);
  process.on('newListener', (name) => name !== signal && handle(name));
  return () => handle(signal);
}

module.exports = { watchInterrupts, ANSWERS, PROTECTED };
