/** Draws a component anew when one of these signals is emitted. */

import type { ISignal } from '@lumino/signaling';
import { useEffect, useReducer } from 'react';

type AnySignal = ISignal<object, unknown>;

export function useSignals(...signals: readonly (AnySignal | undefined)[]): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const onSignal = (): void => redraw();
    signals.forEach(signal => signal?.connect(onSignal));
    return () => {
      signals.forEach(signal => signal?.disconnect(onSignal));
    };
    // The signals themselves are what counts, not the array that holds them.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, signals);
}
