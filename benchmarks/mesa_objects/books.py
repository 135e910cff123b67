"""The books of an enterprise: plan, current account, taxes, research after debt service, dividends, fiscal years."""

from __future__ import annotations

import math

from .chance import average, purpose
from .money import Account, exact
from .product import Product
from .research import Research
from .stages import MARKET, PILOT, QUEUE

DRAW_FAILURE = purpose("failure in use")


class Books(Research, Product):
    """What an enterprise earns, pays and keeps."""

    def cost_share(self) -> float:
        """Unit cost over price: c0 if mature; a venture's falls with learning, part of which goes to users."""
        p = self.model.p
        if not self.venture:
            return float(p.unit_cost_initial + self.cost_shock)
        learnt = p.unit_cost_initial * (1.0 - p.cost_fall_kept * (1.0 - self.unit_cost))
        return float(self.cost_shock + max(p.unit_cost_floor, learnt))

    def overheads(self) -> float:
        """A share of sales, or of their trend if that is higher; and launch costs in the first quarters of sale."""
        p = self.model.p
        cost = p.overhead * max(self.sales, self.sales_trend)
        if self.venture and self.stage >= MARKET and self.model.t - self.first_sale < p.launch_quarters:
            cost += p.launch_overhead * p.burn[PILOT][self.sector]
        return float(cost)

    def plan(self) -> None:
        """Planned research, and outlays of the quarter that sales will not cover."""
        if self.stage < PILOT:
            self.gap = 0.0
            return
        self.rd_plan = self.rd_intensity * self.sales if self.stage >= MARKET else 0.0
        margin = (1.0 - self.cost_share()) * self.sales
        outlays = self.overheads() + self.rd_plan + (self.interest_due + self.principal_due)
        self.gap = max(0.0, outlays - margin)

    def settle_accounts(self) -> None:
        """Sales come in; inputs, wages, refunds and taxes go out."""
        model, p = self.model, self.model.p
        rest = model.rest.deposits
        sales = self.sales * model.memory.sector_demand[self.sector]
        revenue = model.ledger.pay("SALES", rest, self.cash, sales)
        bill = min(self.operating_bill(sales), self.cash.balance)
        paid = model.ledger.pay_two(("INP", "WAGE"), self.cash, (rest, model.households), bill, p.input_share)
        if self.venture and model.draws.uniform(DRAW_FAILURE, self.identity, model.t) < self.failure:
            model.ledger.pay("REFD", self.cash, rest, min(p.damage * sales, self.cash.balance))
        research_inputs = (1.0 - p.rd_wage_share) * (self.rd + self.rd_plan)
        vat = self.pay_vat(revenue - self.capex_paid - p.input_share * paid - research_inputs)
        worn = self.capital * p.depreciation
        profit = revenue - paid - worn - self.interest_due - vat - self.rd - self.rd_plan
        tax = self.pay_income_tax(profit)
        self.profit = profit - tax
        self.retained += profit - tax
        self.close_quarter(revenue, profit, worn)
        self.report_accounts(revenue, revenue - p.input_share * paid, vat + tax)

    def operating_bill(self, sales: float) -> float:
        """Production, care against failures, and overheads."""
        p = self.model.p
        bill = self.cost_share() * sales
        if self.venture:
            effort = self.care(self.failure)
            bill += p.effort_cost * effort * effort * sales
        return bill + self.overheads()

    def pay_vat(self, base: float) -> float:
        """Value-added tax on a base net of credit carried forward."""
        p = self.model.p
        taxed = base - self.vat_credit
        self.vat_credit = max(0.0, -taxed)
        return self.pay_tax("VAT", min(p.vat_rate * max(0.0, taxed), self.cash.balance), p.central_vat_share)

    def pay_income_tax(self, profit: float) -> float:
        """Income tax after super-deduction and losses carried forward; what the deduction saves is its cost."""
        p, tally = self.model.p, self.model.tally
        extra = p.rd_super_deduction[self.sector] / 100.0 * (self.rd + self.rd_plan)
        taxable = profit - extra - self.tax_loss
        without = max(0.0, profit - self.tax_loss)
        self.tax_loss = max(0.0, -taxable)
        tally.charge("rd_super_deduction", "tax_expenditure", p.cit_rate * (without - max(0.0, taxable)))
        owed = min(p.cit_rate * max(0.0, taxable), self.cash.balance)
        return self.pay_tax("CIT", owed, p.central_income_tax_share)

    def pay_tax(self, code: str, amount: float, central_share: float) -> float:
        """Pay a tax to the centre and the region."""
        model = self.model
        region = model.regions[self.region]
        payees = (model.central.treasury, region.purse)
        before = region.purse.balance
        paid = model.ledger.pay_two((code, code), self.cash, payees, amount, central_share)
        region.taxes += region.purse.balance - before
        return paid

    def close_quarter(self, revenue: float, profit: float, worn: float) -> None:
        """Yearly figures, cash flow, and what the founder saves of a salary."""
        p = self.model.p
        self.profit_years[0] += profit
        self.sales_years[0] += revenue
        self.flow_years[0] += profit + worn
        self.cash_flow = average(self.cash_flow, profit + worn + self.interest_due, 4.0)
        self.wealth += p.founder_salary * p.founder_saving / 4.0

    def report_accounts(self, revenue: float, value_added: float, tax: float) -> None:
        tally = self.model.tally
        tally.induced_tax += tax
        tally.value_added += value_added
        if self.stage >= MARKET:
            tally.revenue += revenue
        if self.first_round >= 0:
            tally.sales_funded += revenue
        if self.venture and self.model.t - self.first_sale < 4:
            tally.first_orders += revenue

    def research_and_dividends(self) -> None:
        """After debt service: research as far as cash goes, the product ages, the rest goes to shareholders."""
        model, p = self.model, self.model.p
        queueing = self.stage == QUEUE
        budget = self.cash.balance / (model.memory.listing_wait + 2.0) if queueing else self.cash.balance
        spent = self.pay_research(min(self.rd_plan, budget))
        model.tally.rd_market += spent
        if self.venture:
            self.age_product(spent)
        if self.validated_at >= 0 and not queueing:
            excess = self.cash.balance - p.dividend_excess_sales * self.sales - p.dividend_excess_capital * self.capital
            wanted = max(p.dividend_share * max(0.0, self.profit), excess)
            allowed = max(0.0, min(wanted, self.cash.balance - p.dividend_cash_floor * self.sales))
            paid = self.pay_shareholders("DIV", allowed)
            self.retained = max(0.0, self.retained - paid)

    def age_product(self, spent: float) -> None:
        """Potential sales fall as a product ages; research renews part of it."""
        p = self.model.p
        loss = p.product_ageing
        factor = 1.0 - loss
        if self.rd_plan > 0.0:
            factor = 1.0 - loss + p.ageing_offset * loss * math.pow(min(1.0, spent / self.rd_plan), p.rd_elasticity)
        self.potential *= factor

    def pay_shareholders(self, code: str, amount: float) -> float:
        """Pay out pro rata to shares; founders and households take the remainder."""
        model = self.model
        total = exact(amount)
        if total <= 0.0:
            return 0.0
        left = total
        for holding in self.holdings:
            part = min(left, exact(total * holding.shares / self.shares))
            if part > 0.0:
                left -= holding.receive(code, self.cash, part)
        left -= model.ledger.pay(
            code, self.cash, model.market.account, min(left, exact(total * self.public_shares / self.shares))
        )
        model.ledger.pay(code, self.cash, model.households, left)
        return total

    def pay_price(self, buyer: Account, price: float) -> float:
        """A buyer pays the shareholders of this unlisted enterprise; returns what founders get."""
        left = total = exact(price)
        for holding in self.holdings:
            part = min(left, exact(total * holding.shares / self.shares))
            holding.receive("MA", buyer, part)
            holding.value -= part
            left -= part
        self.model.ledger.pay("MA", buyer, self.model.households, left)
        self.founder_cash += left
        return left

    def turn_year(self) -> None:
        """A fiscal year ends; each yearly figure moves one year back."""
        for years in (self.sales_years, self.profit_years, self.rd_years, self.flow_years):
            years.insert(0, 0.0)
            years.pop()
