//! The given and family names that the invented people wear.
//!
//! Lists run from common to rare and are drawn with a slope, so that two people now and then share
//! a whole name, which is what makes linkage worth testing.

/// The lists, common names first.
pub(crate) struct Names {
    pub(crate) women: Vec<&'static str>,
    pub(crate) men: Vec<&'static str>,
    pub(crate) families: Vec<&'static str>,
}

impl Names {
    pub(crate) fn new() -> Self {
        let list = |text: &'static str| text.split_whitespace().collect();
        Self { women: list(WOMEN), men: list(MEN), families: list(FAMILIES) }
    }
}

/// The short form of a given name, where its bearers use one.
pub(crate) fn short_form(given: &str) -> Option<&'static str> {
    SHORT_FORMS.iter().find(|(full, _)| *full == given).map(|(_, short)| *short)
}

/// Given names of women.
const WOMEN: &str = "
    Margaret Susan Elizabeth Sarah Emma Olivia Patricia Catherine Helen Rebecca Charlotte Amelia
    Jessica Hannah Lucy Alice Eleanor Jane Christine Janet Anne Ruth Karen Alison Fiona Rachel
    Laura Sophie Grace Emily Joan Barbara Jean Sheila Dorothy Judith Gillian Deborah Tracey Amanda
    Claire Nicola Joanne Victoria Natalie Gemma Chloe Megan Isla Poppy Freya Florence Beatrice
    Harriet Matilda Georgina Philippa Imogen Rosemary Hazel Ivy Edith Winifred Vera Doreen Maureen
    Brenda Yvonne Frances Theresa Bridget Siobhan Niamh Bronwen Carys Morag Kirsty Priya Anjali
    Meera Aisha Fatima Zainab Nadia Amina Ngozi Adaeze Folake Mei Lin Yuki Agnieszka Katarzyna
    Ilse Marisol Tamsin
";

/// Given names of men.
const MEN: &str = "
    David John Michael James Robert William Thomas Richard Peter Paul Andrew Stephen Mark Daniel
    Matthew Christopher George Edward Henry Oliver Jack Harry Charles Simon Martin Alan Brian
    Kevin Graham Colin Keith Ian Nigel Geoffrey Anthony Philip Roger Trevor Derek Kenneth Raymond
    Ronald Dennis Stanley Arthur Albert Alfred Frederick Samuel Joseph Benjamin Joshua Luke Adam
    Jonathan Timothy Nicholas Patrick Sean Liam Connor Rhys Owen Gareth Dylan Angus Callum Hamish
    Duncan Neil Stuart Gordon Leonard Oscar Theodore Rupert Jasper Felix Hugo Barnaby Rohan Arjun
    Vikram Imran Yusuf Tariq Kwame Emeka Tunde Wei Hiroshi Piotr Tomasz Luca Mateus Cormac
";

/// Family names.
const FAMILIES: &str = "
    Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans
    Walker White Roberts Green Hall Wood Jackson Clarke Khan Lewis Harris Turner Hill Scott Cooper
    Morris Ward Moore King Watson Baker Harrison Morgan Young Allen Mitchell Phillips Lee Bell
    Parker Davis Bennett Miller Cook Shaw Cox Collins Marshall Carter Adams Richardson Bailey Gray
    Singh Hughes Edwards Stewart Begum Ahmed Ali Hussain Murphy Kelly Simpson Foster Ellis Price
    Chapman Mason Rogers Palmer Webb Hunt Mills Knight Lloyd Barker Stevens Jenkins Powell
    Matthews Fisher Butler Russell Reynolds Barnes Dixon Fletcher Holmes Pearson Graham Andrews
    Harvey Dean Ford Burton Lawrence Gibson Spencer Fox Bradley Hart Grant Payne Fuller Wells
    Woods Hudson Black Crawford Hawkins Walsh Booth Newman Saunders Armstrong Osborne Porter Perry
    Nicholson Barrett Gardner Watts Carr Burgess Lane Gregory Cole Bishop Arnold Chambers
    Cunningham Bates Berry Hopkins Lawson Bird Curtis Parsons Bond Sutton Wheeler Page Norris
    Hammond Frost Moss Doyle Flynn Byrne Nolan Quinn Keane Pritchard Vaughan Bevan Gwynne Probert
    Sinclair Buchanan Drummond Lockhart Ramsay Cairns Sharma Kaur Gupta Mehta Desai Iyer Chowdhury
    Rahman Malik Siddiqui Okafor Adeyemi Mensah Boateng Nwosu Eze Chen Wong Zhang Tanaka Kowalski
    Nowak Wojcik Novak Rossi Ferrari Silva Costa Schmidt Larsen Jansen Petrov Abbott Ackroyd Alder
    Ashworth Attwood Bagshaw Barlow Beckett Birtles Blackwood Bramley Brearley Briggs Calloway
    Carmichael Chilcott Clegg Copley Cotterill Crabtree Cresswell Dalby Dearden Denholm Dunmore
    Eastwood Entwistle Fairclough Farrow Fenwick Garside Goodfellow Gresham Hadfield Halliwell
    Hargreaves Hathaway Heddle Hepworth Hollis Ingham Jessop Kershaw Langford Leadbetter Lovelace
    Lumley Marchbank Meadowcroft Mottram Nettleton Oakley Ogden Pemberton Penhaligon Pickering
    Quayle Radcliffe Ridley Rowntree Sedgwick Shackleton Sowerby Stanhope Tattersall Thistlewood
    Tremayne Trevithick Underhill Varley Wainwright Weatherby Whitaker Winterbourne Woodruff
    Yardley Bickerstaff Clutterbuck Featherstone Longbottom Micklethwaite Ravenscroft
";

/// Full given names and the short forms that their bearers type into web shops.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("Margaret", "Maggie"),
    ("Susan", "Sue"),
    ("Elizabeth", "Liz"),
    ("Patricia", "Pat"),
    ("Catherine", "Cath"),
    ("Rebecca", "Becky"),
    ("Charlotte", "Lottie"),
    ("Christine", "Chris"),
    ("Deborah", "Debbie"),
    ("Amanda", "Mandy"),
    ("Victoria", "Vicky"),
    ("Philippa", "Pippa"),
    ("David", "Dave"),
    ("Michael", "Mike"),
    ("James", "Jim"),
    ("Robert", "Bob"),
    ("William", "Bill"),
    ("Thomas", "Tom"),
    ("Richard", "Rick"),
    ("Andrew", "Andy"),
    ("Stephen", "Steve"),
    ("Daniel", "Dan"),
    ("Matthew", "Matt"),
    ("Christopher", "Chris"),
    ("Edward", "Ted"),
    ("Anthony", "Tony"),
    ("Samuel", "Sam"),
    ("Joseph", "Joe"),
    ("Benjamin", "Ben"),
    ("Nicholas", "Nick"),
];
