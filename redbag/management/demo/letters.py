"""What the hospitals write home in the demo, one letter for each of the illnesses."""

LETTERS = (
    {
        "diagnoses": "Fractured neck of femur, left. Repaired on the day after arrival.",
        "clinical_summary": "Dynamic hip screw, no complications. Walks ten steps with a frame and two people.",
        "medications_and_medical_devices": "NEW: enoxaparin 40 mg once a day for 28 days.\n"
        "NEW: paracetamol 1 g four times a day.\nSTOPPED: ibuprofen.\nNothing else has changed.",
        "allergies_and_adverse_reactions": "Penicillin: face swells. No new reactions.",
        "plan_and_requested_actions": "Today: first enoxaparin at 18:00.\nDay 10: wound check by the district nurse.\n"
        "Ring Ward 4B if the leg swells or turns hot.",
    },
    {
        "diagnoses": "Pneumonia, right lower side, on COPD.",
        "clinical_summary": "Oxygen for two days, antibiotics into the vein, then by mouth. Breathing as usual now.",
        "medications_and_medical_devices": "NEW: doxycycline 100 mg once a day for 5 more days.\n"
        "CHANGED: prednisolone 30 mg for 3 more days, then stop.\nNothing else has changed.",
        "allergies_and_adverse_reactions": "No known allergies.",
        "plan_and_requested_actions": "Chest X-ray in six weeks, the GP arranges it. Ring 999 if lips turn blue.",
    },
    {
        "diagnoses": "Transient ischaemic attack.",
        "clinical_summary": "Speech and face normal within three hours. No bleeding on the scan. Swallow test passed.",
        "medications_and_medical_devices": "NEW: clopidogrel 75 mg once a day, for life.\nSTOPPED: aspirin.",
        "allergies_and_adverse_reactions": "No known allergies.",
        "plan_and_requested_actions": "Stroke clinic in seven days, transport is booked. FAST test positive: ring 999.",
    },
    {
        "diagnoses": "Delirium from dehydration and a urinary infection.",
        "clinical_summary": "Fluids for two days. Knows the home and the family again, still sleepy in the afternoon.",
        "medications_and_medical_devices": "NEW: nitrofurantoin 100 mg twice a day for 4 more days.\n"
        "STOPPED: furosemide until the GP has seen the blood test.",
        "allergies_and_adverse_reactions": "No new reactions.",
        "plan_and_requested_actions": "Blood test in one week, asked of the GP. Offer a drink every hour.",
        "information_and_advice_given": "The family was told on the ward.",
    },
)
