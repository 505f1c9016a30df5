/** A tone and a buzz that differ for *done* and *look at this*. A device that has neither stays silent. */

/** One high tone, one long buzz. */
export function found() {
  signal([880], [120])
}

/** Two low tones, three short buzzes. */
export function failed() {
  signal([220, 165], [60, 60, 60, 60, 60])
}

function signal(tones, buzz) {
  navigator.vibrate?.(buzz)
  try {
    const sound = new AudioContext()
    tones.forEach((frequency, place) => {
      const tone = new OscillatorNode(sound, { frequency })
      tone.connect(new GainNode(sound, { gain: 0.2 })).connect(sound.destination)
      tone.start(sound.currentTime + place * 0.2)
      tone.stop(sound.currentTime + place * 0.2 + 0.15)
    })
  } catch {
    // no sound here
  }
}
