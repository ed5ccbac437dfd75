'use strict';
/**
 * The thread of interrupts.js. It learns of a signal as scripts of the `vm` module do: by being ended. Three scripts run
 * inside each other, and a signal ends the innermost: a sleep; or, while one is answered, the answering, which a second
 * signal makes more urgent; the outermost is there so that at least one is at any time, without which a signal ends the
 * process.
 */
const { Session } = require('node:inspector');
const vm = require('node:vm');
const { parentPort, workerData: state } = require('node:worker_threads');
const { ANSWERS, PROTECTED } = require('./interrupts');

/** Milliseconds that the kernel may be busy before it is cut off: the project's own functions seldom are at a time. */
const PATIENCE = 2000;
const STEP = 50;

untilSignal(() => {
  let patience = PATIENCE;
  for (;;) {
    const again = untilSignal(() => {
      if (patience === PATIENCE) untilSignal(sleep);
      answer(patience);
      patience = PATIENCE;
    });
    if (again) patience = 0;
  }
});

/** Runs `work`; true if a signal ended it. */
function untilSignal(work) {
  globalThis.work = work;
  try {
    vm.runInThisContext('work()', { breakOnSigint: true });
    return false;
  } catch (error) {
    if (error.code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error;
    return true;
  }
}

/** Tells the kernel, and cuts off what keeps it from listening. */
function answer(patience) {
  const answers = Atomics.load(state, ANSWERS);
  parentPort.postMessage('interrupt');
  for (let busy = 0; busy < patience || Atomics.load(state, PROTECTED); busy += STEP) {
    if (Atomics.load(state, PROTECTED)) busy = 0;
    if (answered(answers, STEP)) return;
  }
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution'); // the event loop then goes on; the function that was cut off never returns
  answered(answers, PATIENCE);
  session.disconnect();
}

/** Whether the kernel's event loop goes on within that time. */
function answered(answers, milliseconds) {
  return Atomics.wait(state, ANSWERS, answers, milliseconds) !== 'timed-out';
}

function sleep() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
