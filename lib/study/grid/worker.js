'use strict';
// Started by worker-process.ts as a process of its own: loads the TypeScript sources, then runs the jobs its parent sends.
require('tsx/cjs');
require('./worker.ts');
