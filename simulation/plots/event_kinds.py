"""Kinds of events: what they are called on figures and where they belong in the life of an enterprise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of event: its lane in a life (none for what happens to funds), its short names, names in tables."""

    id: str
    lane: str
    en: str
    zh: str
    names: tuple[str, ...]
    bad: bool = False


KINDS = (
    Kind("birth", "development", "founded", "成立", ("born", "project founded")),
    Kind("entry", "development", "entered the market", "进入市场", ("firm entered the market group",)),
    Kind("test_passed", "development", "test passed", "通过检验", ("stage passed", "stage test passed")),
    Kind("test_failed", "development", "test failed", "检验失败", ("stage test failed",), bad=True),
    Kind("landing", "development", "moved region", "异地落户", ("moved to another region",)),
    Kind("round", "equity", "round", "融资轮", ("equity round",)),
    Kind("loan", "credit", "loan", "贷款", ("loan granted",)),
    Kind("default", "credit", "default", "违约", ("loan default",), bad=True),
    Kind("resolution", "credit", "bad loan settled", "不良处置", ()),
    Kind("grant", "support", "grant", "补助", ()),
    Kind("award", "support", "award", "揭榜", ("open-competition award",)),
    Kind("certification", "support", "certified", "认定", ("technology certified",)),
    Kind("delivery", "support", "delivered", "交付", ("open-competition task delivered",)),
    Kind("unmasked", "support", "found to dress up", "包装被查", ("found to have dressed up its case",), bad=True),
    Kind("order", "market", "first order", "首单", ()),
    Kind("docking_order", "market", "order after an event", "对接会后订单", ()),
    Kind("claim", "market", "insurance claim", "理赔", (), bad=True),
    Kind("catalogue", "support", "in the catalogue", "入选目录", ("entered the insurance catalogue",)),
    Kind("cover", "market", "insured", "投保", ("first cover bought",)),
    Kind("premium_subsidy", "support", "premium subsidy", "保费补贴", ("premium subsidy received",)),
    Kind("first_use", "market", "public order", "政府首购", ("bought by governments",)),
    Kind("validation", "market", "product validated", "产品验证", ("validated",)),
    Kind("filing", "exit", "filed to list", "申报上市", ("filed", "filed for listing")),
    Kind("incubation", "exit", "incubated", "上市培育", ("taken into listing incubation",)),
    Kind("withdrawal", "exit", "withdrew", "撤回", ("withdrew from listing",), bad=True),
    Kind("refusal", "exit", "refused", "被否", ("listing refused",), bad=True),
    Kind("listing", "exit", "listed", "上市", ()),
    Kind("sale", "exit", "shares sold", "减持", ("shares sold after lock-up",)),
    Kind("acquisition", "exit", "acquired", "被并购", ()),
    Kind("secondary", "exit", "secondary sale", "二手转让", ("interest sold to another fund",)),
    Kind("redemption", "exit", "redemption", "回购", ("redemption enforced",), bad=True),
    Kind("inkind", "exit", "handed over in kind", "实物分配", ("handed to investors in kind",)),
    Kind("death", "exit", "closed", "停业", ("stopped",), bad=True),
    Kind("exit", "exit", "left", "退出", ("left the market group",)),
    Kind("fund_closed", "", "fund closed", "基金募集", ("fund closed its raising",)),
    Kind("fund_ended", "", "fund ended", "基金清算", ()),
    Kind("distribution", "", "fund paid", "基金分配", ("fund paid its investors",)),
)
BY_NAME = {name: kind for kind in KINDS for name in (kind.id, kind.en, kind.zh, *kind.names)}
ENDS = ("acquisition", "death", "exit")


def kind_of(name: str) -> Kind:
    """The kind that a name of the table of events stands for; one that is not known keeps its name."""
    plain = name.lower().replace("_", " ")
    known = BY_NAME.get(name.lower()) or BY_NAME.get(plain)
    return known or Kind(plain.replace(" ", "_"), "other", plain, plain, ())
