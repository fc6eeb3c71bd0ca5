import { EMPTY_WINDOW, type RequestWindow } from '#core/marketplace/request-window.ts';

/** The in-memory fake of `createRequestWindow`. */
export function createMemoryRequestWindow(): RequestWindow {
  let stored = EMPTY_WINDOW;
  return {
    async change(transition) {
      const { state, result } = transition(stored);
      stored = state;
      return result;
    },
  };
}
