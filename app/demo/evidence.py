"""What the report of the demonstration shows beside its words: figures, tables and weavings, by their written name."""

from typing import Any

from evaluation.models import BlockKind

WOVEN_INDICATORS = ("emploi", "isolement", "peur_sanction", "garde")

EVIDENCE: dict[str, tuple[BlockKind, dict[str, Any]]] = {
    "figure:flux_participants": (
        BlockKind.FIGURE,
        {
            "chart": "flow",
            "title": "Quatre personnes invitées sur dix sont entrées dans Passerelle",
            "reading": "sur {{ flow:drawn:programme }} personnes tirées dans le groupe programme, "
            "{{ flow:enrolled:programme }} sont entrées.",
            "field": "toutes les personnes de la liste du tirage.",
        },
    ),
    "table:echantillon": (
        BlockKind.TABLE,
        {
            "indicators": ["emploi", "garde", "peur_sanction", "moral", "isolement"],
            "wave": "T0",
            "title": "À l’entrée, les deux bras se ressemblent, sauf pour la peur de perdre le RSA",
            "reading": "à l’entrée, {{ indicator:emploi@T0:programme }} des personnes du groupe programme sont en "
            "emploi, contre {{ indicator:emploi@T0:temoin }} du groupe témoin.",
        },
    ),
    "table:participation": (
        BlockKind.TABLE,
        {
            "indicators": ["garde", "peur_sanction"],
            "wave": "T0",
            "by": "site",
            "title": "Dans chaque site, quatre parents sur dix ou plus ont manqué un rendez-vous faute de garde",
            "reading": "à l’entrée, {{ indicator:garde@T0:ensemble }} des personnes ont manqué un rendez-vous ou un "
            "travail faute de garde.",
        },
    ),
    "figure:emploi_par_bras": (
        BlockKind.FIGURE,
        {
            "chart": "waves",
            "indicators": ["emploi"],
            "title": "À vingt-quatre mois, un peu plus d’une personne sur quatre est en emploi dans les deux bras",
            "reading": "à vingt-quatre mois, {{ indicator:emploi@T2:programme }} des personnes du groupe programme "
            "sont en emploi, contre {{ indicator:emploi@T2:temoin }} du groupe témoin.",
        },
    ),
    "table:effet_emploi": (
        BlockKind.TABLE,
        {
            "indicators": ["emploi"],
            "wave": "T2",
            "title": "À vingt-quatre mois, l’écart d’emploi entre les bras ne se distingue pas de zéro",
            "reading": "l’écart entre les bras, tels que le sort les a faits, est de {{ indicator:emploi@T2:ecart }}.",
        },
    ),
    "figure:comparaison_naive": (
        BlockKind.SELECTION_BIAS,
        {
            "indicator": "emploi",
            "wave": "T2",
            "title": "Les personnes entrées sont plus souvent en emploi que les autres ; le tirage ne montre pas "
            "d’écart",
            "reading": "à vingt-quatre mois, l’écart entre les bras, tels que le sort les a faits, est de "
            "{{ indicator:emploi@T2:ecart }}.",
        },
    ),
    "figure:miroir_motifs": (
        BlockKind.FIGURE,
        {
            "chart": "shares",
            "indicators": ["motif", "motif_selon_pro"],
            "wave": "T1",
            "title": "Les personnes semblent nommer la peur plus souvent que les professionnel·les ne le pensent",
            "reading": "{{ indicator:motif@T1:programme }} des personnes venues donnent la peur de perdre le RSA comme "
            "première raison ; {{ indicator:motif_selon_pro@T1:ensemble }} des professionnel·les le pensent.",
            "field": "personnes venues à Passerelle ; professionnel·les qui y travaillent.",
        },
    ),
    "figure:moral_par_bras": (
        BlockKind.FIGURE,
        {
            "chart": "waves",
            "indicators": ["isolement"],
            "title": "À douze mois, la solitude recule un peu plus dans le groupe programme, sans exclure le hasard",
            "reading": "à douze mois, la note moyenne est de {{ indicator:isolement@T1:programme }} dans le groupe "
            "programme et de {{ indicator:isolement@T1:temoin }} dans le groupe témoin.",
        },
    ),
    "figure:temps_partiel": (
        BlockKind.FIGURE,
        {
            "chart": "distribution",
            "indicators": ["temps_partiel_subi"],
            "wave": "T2",
            "title": "Le temps partiel est plus souvent subi que choisi",
            "reading": "à vingt-quatre mois, {{ indicator:temps_partiel_subi@T2:ensemble }} des personnes à temps "
            "partiel le disent plutôt subi.",
            "field": "personnes en emploi à temps partiel à vingt-quatre mois.",
        },
    ),
    "figure:miroir_confiance": (
        BlockKind.FIGURE,
        {
            "chart": "waves",
            "indicators": ["confiance"],
            "title": "La confiance des personnes reste entre 5 et 6 sur 10 ; les professionnel·les la croient plus "
            "haute",
            "reading": "à douze mois, la note moyenne est de {{ indicator:confiance@T1:ensemble }} ; les "
            "professionnel·les l’estiment à {{ indicator:confiance_selon_pro@T1:ensemble }}.",
        },
    ),
    "weaving:principal": (
        BlockKind.WEAVING,
        {
            "indicators": list(WOVEN_INDICATORS),
            "title": "Récits et chiffres se contredisent sur l’emploi, s’accordent sur la solitude et la garde",
            "reading": "chaque ligne rapproche un thème des entretiens et un indicateur ; la relation est décidée par "
            "une personne et signée.",
            "field": "personnes interrogées (thèmes) ; parents seuls tirés au sort (indicateurs).",
            "source": "entretiens et questionnaires Passerelle (étude de démonstration, données inventées).",
        },
    ),
}
