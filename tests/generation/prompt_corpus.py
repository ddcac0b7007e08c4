# ruff: noqa: E501  (a Han character counts as two)
"""Prompts, and what the built-in model's world can draw of them: the slots, and the words that are left out."""

from typing import NamedTuple


class Case(NamedTuple):
    prompt: str
    slots: str  # background / subject / colour / motion / camera; a dot where any will do
    missing: tuple[str, ...] = ()  # each must be part of what is left out


# The prompts of a published comparison, which people will try first.
FIRST = [
    Case("一只猴子在公园里下棋。", "park/monkey/./play/still"),
    Case(
        "一只中等体型、看上去很友善的狗狗走过工业停车场。环境多雾、多云。采用35mm胶片拍摄,色彩鲜艳。",
        "foggy car park/dog/./right/still",
        ("多云",),
    ),
    Case(
        "一位时尚的女性走在东京的街道上,街道两旁是温暖的霓虹灯和生动的城市招牌。她穿着一件黑色皮夹克,一条长红裙,黑色靴子,并携带着一个黑色手提包。"
        "她戴着太阳镜,涂着红唇膏。她自信而随意地走着。街道是潮湿且反光的,形成了彩色灯光的镜面效果。许多行人在周围走动。",
        "neon city/woman/red/right/still",
        ("黑色皮夹克", "黑色靴子", "黑色手提包", "太阳镜", "唇膏", "行人"),
    ),
    Case("由树叶构成的大象在丛林中奔跑。", "jungle/leaf elephant/./race/still"),
    Case(
        "摄像机缓缓下降并扩大视野,展现出一幅宏伟的全景视角,俯瞰着美丽的海洋和沿海历史建筑……",
        "old coast/./././descend",
        ("扩大视野",),
    ),
    Case("端午节日气氛的街道", "festival street/lion dancer/././still"),
    Case("端午节日气氛,赛龙舟", "river/dragon boat/./race/still"),
    Case("热闹氛围的春节场景,一家人吃团圆饭", "festival street/family/././still"),
]

# Free phrasings that are in no template.
FREE = [
    Case("我想要一段小白狗在沙滩上撒欢奔跑的视频", "coast/dog/white/race/still"),
    Case("金毛犬从左往右穿过草坪", "park/dog/./right/still"),
    Case("夜晚的东京,霓虹闪烁,一个穿紫色长裙的姑娘迎面走来", "neon city/woman/purple/toward/still"),
    Case("湛蓝的大海边,一只红气球慢慢飘上天空", "coast/balloon/red/rise/still"),
    Case("雪山脚下,白色的小猫蹦来蹦去", "snow mountains/cat/white/bounce/still"),
    Case("一条金色的锦鲤在池塘里向左游", "river/fish/yellow/left/still"),
    Case("热带雨林深处,一头蓝色的大象正朝镜头走来", "jungle/elephant/blue/toward/still"),
    Case("猴子和朋友在树林里对弈", "jungle/monkey/./play/still"),
    Case("除夕夜,全家人围坐在一起吃年夜饭", "festival street/family/././still"),
    Case("过年了,街上锣鼓喧天,红色的醒狮跳起来", "festival street/lion dancer/red/bounce/still"),
    Case("江面上几艘龙舟你追我赶,鼓声震天", "river/dragon boat/./race/still"),
    Case("镜头慢慢推近,一只橘猫在星空下转圈", "starry night/cat/./turn/zoom in"),
    Case("海边的老房子,黄色热气球升空,镜头向右平移", "old coast/balloon/yellow/rise/pan right"),
    Case("气球脑袋的男人在停车场里散步", "foggy car park/balloon man/././still"),
    Case("用树叶做成的大象在雪地里转身", "snow mountains/leaf elephant/./turn/still"),
    Case("她穿着蓝色的裙子,涂着红色的口红,在公园里跳舞", "park/woman/blue/bounce/still", ("红色的口红",)),
    Case("黄昏的海滩,一只紫色的小狗往左走", "coast/dog/purple/left/still", ("黄昏",)),
    Case("挂满红灯笼的古街,白色的舞狮在表演", "festival street/lion dancer/white/./still"),
    Case("霓虹街头一只猴子飞快地奔跑,镜头拉远", "neon city/monkey/./race/zoom out"),
    Case("月夜,江上一叶小舟", "river/dragon boat/././still", ("月夜",)),
    Case("俯瞰雪山,一头白色大象缓缓向右走去", "snow mountains/elephant/white/right/descend"),
    Case("A cute corgi bounces happily through a grassy field", "park/dog/./bounce/still"),
    Case("two monkeys play a game of chess under the trees of a city park", "park/monkey/./play/still"),
    Case(
        "An elegant lady in a flowing white gown strolls toward us along the shore",
        "coast/woman/white/toward/still",
    ),
    Case("a blue balloon drifts up into the sky above the harbour", "old coast/balloon/blue/rise/still"),
    Case(
        "A kitten with purple fur spins around on a foggy parking lot", "foggy car park/cat/purple/turn/still"
    ),
    Case("goldfish swimming left in a clear mountain lake", "./fish/./left/still"),
    Case(
        "the dragon boats are racing on the river, people cheering",
        "river/dragon boat/./race/still",
        ("people",),
    ),
    Case(
        "Lunar New Year: a yellow lion dance troupe hops down the street",
        "festival street/lion dancer/yellow/bounce/still",
    ),
    Case("grandparents, parents and kids share a reunion dinner", "festival street/family/././still"),
    Case(
        "a big red elephant runs through the rainforest as the camera pans left",
        "jungle/elephant/red/race/pan left",
    ),
    Case(
        "An elephant made entirely of leaves walks left through the woods",
        "jungle/leaf elephant/./left/still",
    ),
    Case(
        "aerial shot descending over old seaside houses, a white balloon rising",
        "old coast/balloon/white/rise/descend",
    ),
    Case(
        "a man with a yellow balloon for a head hops around the park", "park/balloon man/yellow/bounce/still"
    ),
    Case(
        "In downtown Tokyo at night, a woman in a red coat walks past neon signs",
        "neon city/woman/red/right/still",
    ),
    Case("slow zoom in on a white cat dancing beneath the stars", "starry night/cat/white/bounce/zoom in"),
    Case(
        "the puppy, bright yellow, comes closer and closer in the snow",
        "snow mountains/dog/yellow/toward/still",
    ),
    Case("a chimpanzee leaping around by the ocean", "coast/monkey/./bounce/still"),
    Case("fish", "./fish/././still"),
    Case("下棋", "./monkey/./play/still"),
    Case("a girl with a blue balloon by the sea", "coast/woman/././still", ("blue balloon",)),
    Case("собака на пляже", "coast/dog/././still"),
    Case("阳光明媚的草坪上，一只黄色小猫正在打转", "park/cat/yellow/turn/still"),
    Case("一头紫色的小象在雨林中蹦蹦跳跳，卡通风格", "jungle/elephant/purple/bounce/still"),
    Case("夜市里灯火通明，穿红裙的女孩向左走", "neon city/woman/red/left/still"),
    Case("白色的气球从古镇的屋顶上冉冉升起", "old coast/balloon/white/rise/still"),
    Case("一群猴子在雪地里打闹追逐", "snow mountains/monkey/./race/still"),
    Case("蓝色的龙船划过湖面", "river/dragon boat/blue/./."),
    Case("浓雾弥漫的地下停车场，一位白衣女子缓缓走来", "foggy car park/woman/white/toward/still"),
    Case("镜头从高空缓缓下降，海面上飘着一只紫色气球", "coast/balloon/purple/./descend"),
    Case("狗狗叼着骨头跑过公园", "park/dog/./race/still"),
    Case("星空下的恋人", "starry night/./././still"),
    Case("两只狗在沙滩上赛跑", "coast/dog/./race/still"),
    Case("元宵节灯会上黄色的舞狮转圈", "festival street/lion dancer/yellow/turn/still"),
    Case("中秋之夜一家人赏月吃月饼", "./family/././still"),
    Case("金鱼在水里吐泡泡", "river/fish/././still"),
    Case("喵星人跳上跳下", "./cat/./bounce/still"),
    Case("特写：一只白色小狗向镜头跑来", "./dog/white/toward/zoom in"),
    Case("妈妈带着女儿在海边散步", "coast/./././still"),
    Case("红色大气球越飞越高", "./balloon/red/rise/still"),
    Case("大象下象棋", "./elephant/./play/still"),
    Case("一个女人牵着一只白色的狗走在霓虹灯下", "neon city/woman/././still"),
    Case("Une fille danse sur la plage", "coast/woman/./bounce/still"),
    Case("a playful white puppy chasing its tail by the ocean", "coast/dog/white/./."),
    Case("Purple fish jumping out of the river", "river/fish/purple/bounce/still"),
    Case("An old fishing harbour at dawn, the camera slowly pans to the right", "old coast/./././pan right"),
    Case(
        "young woman in a yellow raincoat twirling in the rain, Tokyo at night",
        "neon city/woman/yellow/turn/still",
    ),
    Case("kids flying a red balloon in the meadow", "park/./././."),
    Case(
        "the lion dancers perform in front of red lanterns during Chinese New Year",
        "festival street/lion dancer/././still",
    ),
    Case("a white elephant balancing on one leg in deep snow", "snow mountains/elephant/white/./still"),
    Case("hot air balloons rising over snowy peaks", "snow mountains/balloon/./rise/still"),
    Case("a cat and a dog playing chess under the stars", "starry night/cat/./play/still"),
    Case(
        "blue monkey runs to the right through a misty parking garage",
        "foggy car park/monkey/blue/right/still",
    ),
    Case("close-up of a red goldfish swimming towards us", "./fish/red/toward/zoom in"),
    Case("drone footage of dragon boats", "./dragon boat/././descend"),
    Case("grandma's birthday: the whole family around the dinner table", "./family/././still"),
]

# What is not in this world is named, and something of the world is drawn all the same.
STRANGE = [
    Case("a spaceship lands on Mars", "././././still", ("spaceship", "lands", "Mars")),
    Case("宇宙飞船降落在火星上", "././././still", ("宇宙飞船", "降落", "火星")),
    Case("一只恐龙在沙漠里弹吉他", "././././still", ("恐龙", "沙漠", "吉他")),
    Case("a green dragon breathes fire at a castle", "././././still", ("green dragon", "fire", "castle")),
    Case("黑猫在公园里睡觉", "park/cat/././still", ("黑", "睡觉")),
    Case("a dog and a robot by the sea", "coast/dog/././still", ("robot",)),
    Case("量子计算机的工作原理", "././././still", ("量子", "计算机")),
    Case("🐶", "././././still", ("🐶",)),
]
