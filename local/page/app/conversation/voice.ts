import { oggOpus } from "./ogg.ts";

const sampleRate = 48_000;
const packetMicros = 20_000;

/** A voice message: OGG/Opus, with its length. */
export type Voice = { readonly file: File; readonly seconds: number };

/** Whether this browser can make a voice message. Then a person can still choose a file. */
export const canEncodeVoice = "AudioEncoder" in globalThis;

/** A second of a bell, for a person without a microphone. */
export function sampleVoice(): Promise<Voice> {
  const samples = Float32Array.from({ length: sampleRate }, (_, at) => {
    const time = at / sampleRate;
    return 0.4 * Math.sin(2 * Math.PI * 660 * time) * Math.exp(-4 * time);
  });
  return encode(samples);
}

/** Records the microphone until `stopped`. Throws what the browser says when it gives none. */
export async function recordVoice(stopped: Promise<void>): Promise<Voice> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  try {
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.start();
    await stopped;
    recorder.stop();
    await ended;
    const context = new OfflineAudioContext(1, 1, sampleRate);
    const sound = await context.decodeAudioData(await new Blob(parts).arrayBuffer());
    return await encode(sound.getChannelData(0));
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function encode(samples: Float32Array<ArrayBuffer>): Promise<Voice> {
  const packets: Uint8Array[] = [];
  let failure: Error | undefined;
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      packets.push(bytes);
    },
    error: (error) => (failure = error),
  });
  encoder.configure({
    codec: "opus",
    sampleRate,
    numberOfChannels: 1,
    bitrate: 24_000,
    opus: { frameDuration: packetMicros },
  });
  encoder.encode(
    new AudioData({
      format: "f32-planar",
      sampleRate,
      numberOfFrames: samples.length,
      numberOfChannels: 1,
      timestamp: 0,
      data: samples,
    }),
  );
  await encoder.flush();
  encoder.close();
  if (failure !== undefined) throw failure;
  const file = new File([oggOpus(packets)], "voice.ogg", { type: "audio/ogg" });
  return { file, seconds: Math.max(1, Math.round(samples.length / sampleRate)) };
}
