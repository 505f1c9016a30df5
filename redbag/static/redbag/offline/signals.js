/** What success and error sound and feel like: they differ without looking. A device that has neither stays silent. */

export function good() {
  signal([880, 1175], [120])
}

export function bad() {
  signal([180, 180], [80, 60, 80, 60, 80])
}

function signal(tones, buzz) {
  navigator.vibrate?.(buzz)
  try {
    const sound = new AudioContext()
    tones.forEach((hertz, at) => {
      const tone = new OscillatorNode(sound, { frequency: hertz })
      tone.connect(new GainNode(sound, { gain: 0.2 })).connect(sound.destination)
      tone.start(sound.currentTime + at * 0.14)
      tone.stop(sound.currentTime + at * 0.14 + 0.12)
    })
  } catch {
    // no sound here
  }
}
