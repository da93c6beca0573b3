"""What people call areas beside the names of the register: ISO alpha-2 codes, daily and former names (our list)."""

from __future__ import annotations

_CODES = """
ABW=AW AFG=AF AGO=AO AIA=AI ALB=AL AND=AD ARE=AE ARG=AR ARM=AM ASM=AS ATG=AG AUS=AU AUT=AT AZE=AZ BDI=BI BEL=BE BEN=BJ
BES=BQ BFA=BF BGD=BD BGR=BG BHR=BH BHS=BS BIH=BA BLM=BL BLR=BY BLZ=BZ BMU=BM BOL=BO BRA=BR BRB=BB BRN=BN BTN=BT BWA=BW
CAF=CF CAN=CA CHE=CH CHL=CL CHN=CN CIV=CI CMR=CM COD=CD COG=CG COK=CK COL=CO COM=KM CPV=CV CRI=CR CUB=CU CUW=CW CYM=KY
CYP=CY CZE=CZ DEU=DE DJI=DJ DMA=DM DNK=DK DOM=DO DZA=DZ ECU=EC EGY=EG ERI=ER ESH=EH ESP=ES EST=EE ETH=ET FIN=FI FJI=FJ
FLK=FK FRA=FR FRO=FO FSM=FM GAB=GA GBR=GB GEO=GE GGY=GG GHA=GH GIB=GI GIN=GN GLP=GP GMB=GM GNB=GW GNQ=GQ GRC=GR GRD=GD
GRL=GL GTM=GT GUF=GF GUM=GU GUY=GY HKG=HK HND=HN HRV=HR HTI=HT HUN=HU IDN=ID IMN=IM IND=IN IRL=IE IRN=IR IRQ=IQ ISL=IS
ISR=IL ITA=IT JAM=JM JEY=JE JOR=JO JPN=JP KAZ=KZ KEN=KE KGZ=KG KHM=KH KIR=KI KNA=KN KOR=KR KWT=KW LAO=LA LBN=LB LBR=LR
LBY=LY LCA=LC LIE=LI LKA=LK LSO=LS LTU=LT LUX=LU LVA=LV MAC=MO MAF=MF MAR=MA MCO=MC MDA=MD MDG=MG MDV=MV MEX=MX MHL=MH
MKD=MK MLI=ML MLT=MT MMR=MM MNE=ME MNG=MN MNP=MP MOZ=MZ MRT=MR MSR=MS MTQ=MQ MUS=MU MWI=MW MYS=MY MYT=YT NAM=NA NCL=NC
NER=NE NGA=NG NIC=NI NIU=NU NLD=NL NOR=NO NPL=NP NRU=NR NZL=NZ OMN=OM PAK=PK PAN=PA PER=PE PHL=PH PLW=PW PNG=PG POL=PL
PRI=PR PRK=KP PRT=PT PRY=PY PSE=PS PYF=PF QAT=QA REU=RE ROU=RO RUS=RU RWA=RW SAU=SA SDN=SD SEN=SN SGP=SG SHN=SH SLB=SB
SLE=SL SLV=SV SMR=SM SOM=SO SPM=PM SRB=RS SSD=SS STP=ST SUR=SR SVK=SK SVN=SI SWE=SE SWZ=SZ SXM=SX SYC=SC SYR=SY TCA=TC
TCD=TD TGO=TG THA=TH TJK=TJ TKL=TK TKM=TM TLS=TL TON=TO TTO=TT TUN=TN TUR=TR TUV=TV TWN=TW TZA=TZ UGA=UG UKR=UA URY=UY
USA=US UZB=UZ VAT=VA VCT=VC VEN=VE VGB=VG VIR=VI VNM=VN VUT=VU WLF=WF WSM=WS XKX=XK YEM=YE ZAF=ZA ZMB=ZM ZWE=ZW
"""
ALPHA2 = dict(pair.split("=") for pair in _CODES.split())
"""ISO 3166-1 alpha-3 code -> alpha-2 code; XK is in common use for Kosovo."""

EVERYDAY = {
    "ARE": ("UAE", "Emirates"),
    "ATG": ("Antigua",),
    "BEN": ("Dahomey",),
    "BES": ("Bonaire",),
    "BFA": ("Upper Volta",),
    "BHS": ("Bahamas, The", "The Bahamas"),
    "BIH": ("Bosnia and Herz.",),
    "BLR": ("Belorussia", "Byelorussia"),
    "CAF": ("CAR",),
    "CHN": ("Mainland China", "China, mainland", "PRC", "People's Republic of China"),
    "COD": (
        "DRC",
        "DR Congo",
        "Democratic Republic of Congo",
        "Congo, Dem. Rep.",
        "Dem. Rep. Congo",
        "Dem. Rep. of Congo",
        "Congo, Democratic Republic of the",
        "Zaire",
    ),
    "COG": ("Congo, Rep.", "Rep. Congo", "Republic of the Congo", "Republic of Congo", "Congo, Republic of the"),
    "CZE": ("Czech Rep.",),
    "DEU": ("Deutschland",),
    "DOM": ("Dominican Rep.",),
    "EGY": ("Egypt, Arab Rep.", "Arab Republic of Egypt"),
    "ESH": ("W. Sahara",),
    "FSM": ("Micronesia, Fed. Sts.", "Federated States of Micronesia"),
    "GBR": ("Britain", "Great Britain", "United Kingdom of Great Britain and Northern Ireland"),
    "GMB": ("Gambia, The", "The Gambia"),
    "GNQ": ("Eq. Guinea",),
    "GRC": ("Hellas", "EL"),
    "IRN": ("Iran, Islamic Rep.", "Islamic Republic of Iran"),
    "KGZ": ("Kyrgyz Republic", "Kirgizia", "Kirghizia"),
    "KOR": ("ROK", "Korea, Rep.", "Korea, Republic of", "Korea (South)"),
    "LAO": ("Lao PDR",),
    "LBY": ("Libyan Arab Jamahiriya",),
    "LKA": ("Ceylon",),
    "MAC": ("Macau",),
    "MAF": ("St. Martin (French part)",),
    "MDA": ("Moldavia", "Moldova, Republic of"),
    "MHL": ("Marshall Is.",),
    "MKD": ("Macedonia", "Macedonia, FYR", "FYROM", "The former Yugoslav Republic of Macedonia"),
    "MMR": ("Burma",),
    "MNP": ("N. Mariana Islands", "N. Mariana Is."),
    "NLD": ("Holland", "The Netherlands"),
    "PRK": ("DPRK", "Korea, Dem. People's Rep.", "Korea, Democratic People's Republic of", "Korea (North)"),
    "PSE": ("West Bank and Gaza", "Palestine, State of", "Occupied Palestinian Territory"),
    "PYF": ("Fr. Polynesia",),
    "SAU": ("KSA", "Saudi"),
    "SLB": ("Solomon Is.",),
    "SOM": ("Somalia, Fed. Rep.",),
    "SSD": ("S. Sudan",),
    "SVK": ("Slovak Republic",),
    "TCD": ("Tchad",),
    "THA": ("Siam",),
    "TTO": ("Trinidad",),
    "TWN": ("Taiwan, China", "Chinese Taipei"),
    "TZA": ("Tanzania, United Republic of",),
    "VAT": ("Vatican",),
    "VCT": ("St. Vincent and the Grenadines",),
    "VEN": ("Venezuela, RB",),
    "VGB": ("Virgin Islands, British",),
    "VIR": ("Virgin Islands (U.S.)",),
    "YEM": ("Yemen, Rep.",),
}
"""Names in daily use, of the World Bank, of ISO and of the past that neither the UN nor CLDR lists."""

SEVERAL = {
    "Channel Islands": ("GGY", "JEY"),
    "Congo": ("COG", "COD"),
    "Czechoslovakia": ("CZE", "SVK"),
    "Guiana": ("GUF", "GUY"),
    "Korea": ("KOR", "PRK"),
    "Netherlands Antilles": ("BES", "CUW", "SXM"),
    "Saint Martin": ("MAF", "SXM"),
    "Serbia and Montenegro": ("SRB", "MNE"),
    "St. Martin": ("MAF", "SXM"),
    "Virgin Islands": ("VGB", "VIR"),
    "Yugoslavia": ("BIH", "HRV", "MKD", "MNE", "SRB", "SVN", "XKX"),
    "Конго": ("COG", "COD"),
}
"""Names that several areas have or had together: nothing is guessed."""
