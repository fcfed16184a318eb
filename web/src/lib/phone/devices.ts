/** Which devices an agent chose; null: what the browser takes otherwise. */
export type Devices = { microphone: string | null; speaker: string | null; ring: string | null };
export type DeviceUse = keyof Devices;

const UNCHOSEN: Devices = { microphone: null, speaker: null, ring: null };

function place(agent: string): string {
  return `bitacora.phone.${agent}`;
}

/** What this agent chose in this browser. A frame may have no storage: then they choose anew each time. */
export function remembered(agent: string): Devices {
  try {
    const stored = JSON.parse(localStorage.getItem(place(agent)) ?? '{}') as Partial<Record<DeviceUse, unknown>>;
    const text = (use: DeviceUse): string | null => (typeof stored[use] === 'string' ? stored[use] : null);
    return { microphone: text('microphone'), speaker: text('speaker'), ring: text('ring') };
  } catch {
    return { ...UNCHOSEN };
  }
}

export function remember(agent: string, devices: Devices): void {
  try {
    localStorage.setItem(place(agent), JSON.stringify(devices));
  } catch {
    // It holds for as long as the page is open.
  }
}

/** What can be chosen now. Their names are told once the microphone may be used. */
export async function present(): Promise<MediaDeviceInfo[]> {
  try {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter(({ kind, deviceId, label }) => kind !== 'videoinput' && deviceId !== '' && label !== '');
  } catch {
    return [];
  }
}

/** Why nothing can be said. */
export type NoMicrophone = 'refused' | 'none' | 'unsupported';

/** Opens a microphone; a chosen one that is not there any more is replaced by whatever there is. */
export async function openMicrophone(chosen: string | null): Promise<MediaStream | NoMicrophone> {
  // Only there in a page that came by https or from this machine.
  if (!('mediaDevices' in navigator)) return 'unsupported';
  const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: chosen === null ? wanted : { ...wanted, deviceId: { ideal: chosen } } });
  } catch (thrown) {
    const name = thrown instanceof DOMException ? thrown.name : '';
    return name === 'NotAllowedError' || name === 'SecurityError' ? 'refused' : 'none';
  }
}

export function close(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
