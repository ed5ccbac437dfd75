import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Transfer = (this: ArrayBufferLike, length: number) => ArrayBufferLike;

let transfer: Transfer | undefined;

/**
 * Gives a buffer's memory back now rather than at some later garbage collection, and leaves it empty: its views then
 * have no entries. Memory that is reused, thousands of megabytes in all, stays in the processor's cache that way.
 */
export function freeBuffer(buffer: ArrayBufferLike): void {
  transfer ??= findTransfer();
  transfer?.call(buffer, 0);
}

/** `ArrayBuffer.prototype.transfer`: standard from Node 22 on; Node 20 has it behind a flag, for contexts made after it. */
function findTransfer(): Transfer | undefined {
  const own = (ArrayBuffer.prototype as { transfer?: Transfer }).transfer;
  if (own) return own;
  setFlagsFromString('--harmony-rab-gsab-transfer');
  return runInNewContext('ArrayBuffer.prototype.transfer') as Transfer | undefined;
}
