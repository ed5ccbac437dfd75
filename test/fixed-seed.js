'use strict';
// Property tests draw the same cases in every run, so that one that fails can be repeated. FC_SEED=n draws others.
require('fast-check').configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });
