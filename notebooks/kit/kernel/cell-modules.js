'use strict';
/** What cells find in their surroundings: modules that cannot be required, the names of a module, no standard input. */
const fs = require('node:fs');
const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

/** ES modules that cannot be required, by the name that a cell gives them. */
const modules = new Map();

/** How `require` says that a package is an ES module only, or awaits at its top level. */
const esOnlyCodes = ['ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE'];
const isEsOnly = (error) =>
  esOnlyCodes.includes(error?.code) || /top-level await is (currently )?not supported/i.test(error?.message);

/**
 * Loads the packages and `.mjs` files among `names` that are ES modules only, so that cells, which are CommonJS once
 * compiled, can require them. Whatever else goes wrong is left to the cell, which then fails at its own line.
 * @param root the folder from which cells import.
 */
async function loadModules(names, root) {
  const require = createRequire(path.join(root, 'cell.js'));
  for (const name of names) {
    const isFile = /^[./]/.test(name);
    if (modules.has(name) || isBuiltin(name) || name === 'tslab' || (isFile && !name.endsWith('.mjs'))) continue;
    try {
      require(name);
    } catch (error) {
      if (!isEsOnly(error)) continue;
      const found = await import(isFile ? pathToFileURL(path.resolve(root, name)).href : name).catch(() => undefined);
      // Marked as compiled code marks an ES module: `default` is then its default, not the whole.
      if (found) modules.set(name, { ...found, __esModule: true });
    }
  }
}

/**
 * Gives cells those modules, and the names that a module in the folder `root` would have. Names that are
 * only known when a cell runs pass through `__tslab__.ready` before they are required (cell-syntax.js).
 */
function amendGlobals(root) {
  const { require } = globalThis.__tslab__;
  globalThis.__tslab__.ready = async (name) => {
    await loadModules([String(name)], root);
    return String(name);
  };
  globalThis.__tslab__.require = new Proxy(require, {
    apply: (target, self, [name, ...rest]) => modules.get(name) ?? Reflect.apply(target, self, [name, ...rest]),
  });
  globalThis.__dirname = root;
  globalThis.__filename = path.join(root, 'cell.ts');
  const url = pathToFileURL(globalThis.__filename).href;
  globalThis.__tslab__.meta = { url, dirname: root, filename: globalThis.__filename };
  Object.defineProperty(process, 'stdin', { configurable: true, get: refuseInput });
  for (const name of ['readFileSync', 'readSync']) {
    const read = fs[name];
    fs[name] = (file, ...rest) => (file === 0 || file === '/dev/stdin' ? refuseInput() : read(file, ...rest));
  }
}

function refuseInput() {
  const message =
    'A cell cannot read standard input, which a kernel does not have; set a variable instead, in a cell or by --parameter name=value';
  throw Object.assign(new Error(message), { name: 'InputError' });
}

module.exports = { amendGlobals, loadModules };
