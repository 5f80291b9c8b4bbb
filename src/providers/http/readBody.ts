/** The most bytes of an answer that are looked at. */
const MOST = 1024 * 1024;

/** The beginning of an answer; what came of it, where it breaks off or never ends. */
export async function readBody(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  try {
    while (bytes < MOST) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    // That it breaks off is told by what is missing in it.
  }
  return text + decoder.decode();
}
