"""The short forms that hospitals write in letters, and what each means, for people who do not write them.

One line each: the short form, a colon, its meanings with " / " between two. A short form in capitals counts only when
it is written so; a leading ~ says that it counts in any writing. From general professional knowledge: a meaning is
offered as what it usually stands for, never put in the place of the words of the letter.
"""

LISTED = """
~#: broken bone (fracture)
~#NOF: broken hip (fractured neck of femur)
~+ve: positive
~-ve: negative
~A&E: accident and emergency
AAA: swelling of the main artery in the belly (abdominal aortic aneurysm)
ABG: blood test from an artery, for oxygen
Abx: antibiotics
AC: before food / another use: ask the ward
ACE: medicine for the heart and blood pressure (angiotensin-converting enzyme inhibitor)
ACP: advance care plan / advanced clinical practitioner
ACS: acute coronary syndrome: heart attack or threatened heart attack
ADLs: activities of daily living, such as washing and dressing
ADRT: advance decision to refuse treatment
AED: medicine against fits (anti-epileptic drug) / machine that restarts the heart (defibrillator)
AF: atrial fibrillation: an irregular heartbeat
AKI: acute kidney injury: the kidneys suddenly work less well
AMTS: abbreviated mental test score, out of 10
AMU: acute medical unit
AS: narrow heart valve (aortic stenosis) / the word “as”
BD: twice a day
~b.d.: twice a day
BG: blood glucose (sugar)
BIBA: brought in by ambulance
BM: blood sugar test from the finger / bowel movement
BMI: body mass index: weight for height
BP: blood pressure
~c/o: complains of
CA: cancer
CABG: heart bypass operation
CAP: pneumonia caught outside hospital (community-acquired)
CCF: heart failure (congestive cardiac failure)
C.diff: a bowel infection that spreads easily (Clostridioides difficile)
CFS: clinical frailty scale, 1 to 9
CHC: NHS continuing healthcare
CKD: chronic kidney disease
CNS: brain and spinal cord (central nervous system) / clinical nurse specialist
COPD: chronic obstructive pulmonary disease: a long-term lung disease
CPAP: a mask that helps breathing at night
CPN: community psychiatric nurse
CPR: resuscitation: restarting heart and breathing
CrCl: a measure of the kidneys (creatinine clearance)
CRP: blood test for inflammation or infection
CRT: capillary refill time: a check of the blood flow
CSU: urine sample from a catheter
CT: X-ray scan in slices
CTPA: scan of the blood vessels of the lungs
CVA: stroke (cerebrovascular accident)
CXR: chest X-ray
~D/C: discharged, going home / stop (discontinue)
~D&V: diarrhoea and vomiting
DKA: a dangerous state in diabetes (diabetic ketoacidosis)
DM: diabetes
DN: district nurse
DNA: did not attend
DNACPR: do not attempt resuscitation if the heart stops
DNAR: do not attempt resuscitation if the heart stops
DOACs: blood thinners (direct oral anticoagulants)
DoLS: deprivation of liberty safeguards
DVT: blood clot in a deep vein, often the leg
Dx: diagnosis
E. coli: a germ, often the cause of urine infections
ECG: heart tracing
ECHO: heart scan with ultrasound
ED: emergency department / erectile dysfunction
EDD: estimated date of discharge
EEG: brain wave tracing
eGFR: a measure of how well the kidneys work
ENT: ear, nose and throat
EoL: end of life
ESBL: germs that resist many antibiotics
ESR: blood test for inflammation
EC: enteric coated: swallow whole
f/u: follow-up
FBC: full blood count
FOOSH: fall on an outstretched hand
GCS: Glasgow coma scale: how awake, 3 to 15
GI: stomach and bowel (gastro-intestinal)
GORD: acid reflux
GTN: spray or tablet under the tongue for chest pain
HAP: pneumonia caught in hospital (hospital-acquired)
Hb: haemoglobin: blood count for anaemia
HbA1c: average blood sugar of the last months
HCA: healthcare assistant
HDU: high dependency unit
HF: heart failure
HR: heart rate
HTN: high blood pressure
Hx: history
IBD: inflammatory bowel disease
IBS: irritable bowel syndrome
ICD: device in the chest that corrects the heartbeat
IHD: ischaemic heart disease: narrowed heart arteries
IM: injected into a muscle
INR: blood test for warfarin
ICU: intensive care
IV: into a vein, by drip or injection
IVI: drip into a vein
Ix: investigations, tests
LD: learning disability
LFTs: liver blood tests
LMWH: heparin injection against clots
LOC: loss of consciousness
LPA: lasting power of attorney
LRTI: chest infection (lower respiratory tract infection)
LTC: long-term condition
LTOT: long-term oxygen therapy
LV: left side of the heart (left ventricle)
LVF: heart failure (left ventricular failure)
LVSD: weak heart (left ventricular systolic dysfunction)
M/R: modified release: swallow whole
MR: modified release: swallow whole / leaking heart valve (mitral regurgitation)
MAR: medicines administration record
MCA: Mental Capacity Act / a blood vessel of the brain (middle cerebral artery)
mcg: microgram
MDT: the whole team (multidisciplinary team)
MFFD: medically fit for discharge
MI: heart attack (myocardial infarction)
MRI: magnetic scan
MRSA: a germ that resists many antibiotics
MSK: muscles, bones and joints
MSU: urine sample (mid-stream)
MUST: score for being undernourished
N&V: nausea and vomiting
NAD: nothing abnormal found
NBM: nil by mouth: nothing to eat or drink
NEWS2: early warning score
NG: through the nose into the stomach (nasogastric)
NGT: feeding tube through the nose
NIV: help with breathing by mask (non-invasive ventilation)
NKA: no known allergies
NKDA: no known drug allergies
NOF: hip (neck of femur)
NOK: next of kin
NSAIDs: pain killers such as ibuprofen
NSTEMI: a kind of heart attack
NWB: put no weight on the leg (non-weight-bearing)
~O/A: on admission / osteoarthritis
~o/e: on examination
~O/E: on examination
OA: osteoarthritis: worn joints
OD: once a day / overdose / right eye
~o.d.: once a day
OGD: camera test of the stomach
OM: every morning
~o.m.: every morning
ON: at night
~o.n.: at night
OP: outpatient
OPA: outpatient appointment
OPAT: antibiotics by drip outside hospital
OT: occupational therapist
PC: why they came (presenting complaint) / after food
PCI: opening of heart arteries (stent)
PD: Parkinson's disease
PE: blood clot in the lung (pulmonary embolism) / physical examination
PEG: feeding tube through the skin into the stomach
PICC: long drip line in the arm
PMH: past medical history
PMHx: past medical history
PO: by mouth
~p.o.: by mouth
POC: package of care / plan of care
PPI: medicine against stomach acid / pacemaker
PPM: pacemaker
PR: into or through the back passage / pulse rate
PRN: only when needed
~p.r.n.: only when needed
PSA: blood test of the prostate
PT: physiotherapist / blood clotting test
PU: passed urine / pressure ulcer
PV: into or through the vagina
PVD: poor blood flow in the legs (peripheral vascular disease)
PWB: put some weight on the leg (partial weight-bearing)
QDS: four times a day
~q.d.s.: four times a day
RA: rheumatoid arthritis / breathing room air, without oxygen
RIP: died
ROM: how far a joint moves (range of movement)
RR: breaths a minute (respiratory rate)
RTC: road traffic collision
Rx: treatment, medicine
s/b: seen by
S/C: injected under the skin
s/c: injected under the skin
SC: injected under the skin
SL: under the tongue
SALT: speech and language therapist (also for swallowing)
Sats: oxygen in the blood
SDH: bleed around the brain (subdural haematoma)
SOB: short of breath
SOBOE: short of breath when moving
SpO2: oxygen in the blood
SR: slow release: swallow whole / steady normal heartbeat (sinus rhythm)
STAT: at once
STEMI: a kind of heart attack
Sx: symptoms
T1DM: type 1 diabetes
T2DM: type 2 diabetes
TDS: three times a day
~t.d.s.: three times a day
TFTs: thyroid blood tests
THR: new hip joint (total hip replacement)
TIA: mini-stroke
TKR: new knee joint (total knee replacement)
TTA: medicines to take away (home)
TTO: medicines to take out (home)
TVN: tissue viability nurse, for wounds
TWOC: trial without catheter
Tx: treatment / transfer
~U&E: blood test of kidneys and salts
~U&Es: blood tests of kidneys and salts
URTI: infection of nose or throat (upper respiratory tract infection)
USS: ultrasound scan
UTI: urine infection (urinary tract infection)
VRE: a germ that resists many antibiotics
VTE: blood clot in a vein
WBC: white blood cells
WCC: white blood cell count
~w/c: week beginning / wheelchair
ZF: Zimmer frame
"""
