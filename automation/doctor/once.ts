/** The same answer to whoever asks, be it an error: `ask` is called when the first does. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= Promise.resolve().then(ask);
    return answer;
  };
}
